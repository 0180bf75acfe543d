"""Telegram: what people write to our bot."""

from __future__ import annotations

from connectors.registry import Kind
from connectors.telegram.settings import TelegramSettings
from connectors.telegram.source import Telegram

KIND = Kind("telegram", "Бот Telegram", "Telegram bot", TelegramSettings, Telegram)

__all__ = ["KIND", "Telegram", "TelegramSettings"]
