"""People of the firm, its departments and groups."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.canonical.base import Canonical, many_field, text_field


class Employee(Canonical):
    """Somebody who works in our own firm, as its directory knows him; key = objectGUID."""

    login: str | None = text_field("Учётная запись", "Login, without the domain")
    name: str | None = text_field("ФИО", "Full name in the order surname, name, patronymic")
    last_name: str | None = text_field("Фамилия", "Surname")
    first_name: str | None = text_field("Имя", "Given name")
    middle_name: str | None = text_field("Отчество", "Patronymic")
    position: str | None = text_field("Должность", "Job title")
    department: str | None = text_field("Отдел", "Department as written on his card")
    company: str | None = text_field("Компания", "Company as written on his card")
    office: str | None = text_field("Офис", "Office or room")
    path: str | None = text_field(
        "Место в каталоге", "Units of the directory he is in, from the top"
    )
    manager_key: str | None = text_field("Руководитель", "Key of his manager's record")
    extension: str | None = text_field("Внутренний номер", "Digits that ring his desk")
    phones: list[str] = many_field("Телефоны", "E.164, extension after ';ext='")
    emails: list[str] = many_field("Почта", "Lower-case addresses, his own first")
    status: Literal["active", "inactive"] | None = text_field(
        "Состояние", "Active, or inactive: his account is switched off"
    )
    expires_at: datetime | None = text_field(
        "Срок учётной записи", "From when the account is of no use; null: for ever"
    )


class Department(Canonical):
    """A unit of the directory's tree; `path` places employees in it."""

    name: str | None = text_field("Отдел", "Name")
    path: str | None = text_field("Место в каталоге", "Units from the top down to this one")
    description: str | None = text_field("Описание", "What it is for")
    head_key: str | None = text_field("Начальник", "Key of the employee who manages it")


class StaffGroup(Canonical):
    """A group of the directory; its members may be groups themselves."""

    name: str | None = text_field("Группа", "Name")
    description: str | None = text_field("Описание", "What it is for")
    email: str | None = text_field("Почта", "Its own address")
    members: list[str] = many_field("Участники", "Keys of employees and groups that are in it")
