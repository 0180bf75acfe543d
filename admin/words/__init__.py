"""The interface in words: messages, stored codes, numbers and dates, in the reader's language."""
