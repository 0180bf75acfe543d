from tests.flows.test_flows_remap import *
def test_x(loaded_sqlite, tmp_path, monkeypatch):
    states = []
    for rows in (1, 100_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        with loaded_sqlite.copy(folder) as site:
            keys = site.parties("onec", COUNTERPARTIES)["key"].to_list()[:2]
            for key in keys:
                edit_onec(site, key, НаименованиеПолное='ООО "Хорошее слово"')
            land_without_mapping(site, monkeypatch)
            edit_onec(site, keys[0], ИНН=BAD_INN)
            edit_onec(site, keys[1], НаименованиеПолное='ООО "Последнее слово"')
            land_without_mapping(site, monkeypatch)
            monkeypatch.setattr(map_plan, "PORTION_ROWS", rows)
            assert everything_green(site.refresh("onec"))
            states.append(state_of(site.store)["quarantine"])
    for a,b in zip(states[0].to_dicts(), states[1].to_dicts()):
        for k in a:
            if a[k]!=b[k]: print(k, repr(a[k])[:3000], repr(b[k])[:3000])
    assert 0
