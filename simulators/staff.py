"""The firm's own people as its personnel department lists them: those whose extensions the switch rings, and heads."""

from __future__ import annotations

from pathlib import Path

HEADER = (
    "Табельный номер",
    "ФИО",
    "Должность",
    "Отдел",
    "Руководитель",
    "Внутренний",
    "Почта",
    "Логин",
)
# Department, position, and who works there; the first of each heads it, the first of all heads the heads.
_DEPARTMENTS = (
    ("Отдел продаж", "менеджер по продажам", (
        "Крылова Ирина Викторовна", "Абрамов Илья Олегович", "Бойко Анна Сергеевна", "Воронов Пётр Ильич",
        "Голубева Мария Андреевна", "Дьяков Сергей Павлович", "Ершова Ольга Игоревна", "Жданов Артём Юрьевич",
        "Зимина Вера Николаевна", "Исаев Денис Романович", "Котова Юлия Борисовна",
    )),
    ("Отдел сопровождения", "специалист по заказам", (
        "Лыткин Андрей Михайлович", "Маслова Елена Олеговна", "Носков Игорь Антонович", "Орехова Дарья Львовна",
    )),
    ("Отдел качества", "инженер по качеству", (
        "Панина Светлана Юрьевна", "Рожков Максим Ильич", "Сафонова Алла Денисовна",
    )),
    ("Технический отдел", "инженер", (
        "Титов Роман Евгеньевич", "Уварова Инна Петровна",
    )),
)  # fmt: skip
_FIRST = 101


def colleagues() -> dict[str, str]:
    """Extension → name, in the order of the list."""
    names = [name for _, _, people in _DEPARTMENTS for name in people]
    return {str(_FIRST + nth): name for nth, name in enumerate(names)}


def write_staff(path: Path) -> Path:
    """The list at `path`, as a table with semicolons; people of `HEADER` columns, heads before their people."""
    lines = [";".join(HEADER)]
    number, top = 0, ""
    for department, position, people in _DEPARTMENTS:
        head = ""
        for name in people:
            number += 1
            own = f"{number:04}"
            role = position if head else f"начальник: {department.lower()}"
            login = f"user{number:02}"
            extension = str(_FIRST + number - 1)
            mail = f"{login}@company.example"
            told = (own, name, role, department, head or top, extension, mail, login)
            lines.append(";".join(told))
            head = head or own
        top = top or head
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
