.PHONY: install demo serve test lint bench screenshots
install demo serve test lint bench screenshots:
	./run $@
