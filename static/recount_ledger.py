"""Counts an exported ledger again from its single rows. Needs Python 3 and nothing else.

    python recount.py [folder]

Unpack the archive and run this inside it. It reads every row of 过筛-*.csv, 任务单-*.csv and 并入-*.csv, counts them
itself, and compares with 合计.csv, 各村.csv, 负担.csv and 看板.csv. It exits with 0 where all agree, and with 1 where anything differs.
"""

import csv
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

REFUSALS = ("驳回：禁止下派", "驳回：清单外", "驳回：次数已满", "驳回：复核不符")


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def parts(folder, name):
    """The rows of all parts of a table, each row once."""
    found = {}
    for path in sorted(folder.glob(name + "-*.csv")):
        for row in rows_of(path):
            if row["编号"] in found:
                sys.exit("同一编号出现两次：" + row["编号"])
            found[row["编号"]] = row
    return list(found.values())


def tenths(value):
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def of_screenings(folder):
    """Figures by department and altogether, counted row by row; returns what differs from 合计.csv."""
    counted, whole = defaultdict(Counter), Counter()
    for row in parts(folder, "过筛"):
        counted[row["单位编码"]][row["结论"]] += 1
        whole[row["结论"]] += 1
    counted[""] = whole
    wrong = []
    for row in rows_of(folder / "合计.csv"):
        code, name = row.pop("单位编码"), row.pop("单位")
        again = counted.pop(code, Counter())
        wrong += [f"{name} {v}：表上 {n}，重数 {again[v]}" for v, n in row.items() if int(n) != again[v]]
        wrong += [f"{name} {v}：表上没有，重数 {n}" for v, n in again.items() if v not in row]
    wrong += [f"单位 {code}：表上没有" for code in counted]
    refused = sum(whole[verdict] for verdict in REFUSALS)
    print(f"过筛结论 {sum(whole.values())} 条，其中驳回 {refused} 条")
    for verdict, n in sorted(whole.items()):
        print(f"  {verdict} {n}")
    return wrong


def of_villages(folder):
    """What went out to each village, counted row by row; returns what differs from 各村.csv and 负担.csv."""
    if not (folder / "各村.csv").exists():
        return []
    counted = Counter(row["所属村社编码"] for row in parts(folder, "任务单"))
    villages = rows_of(folder / "各村.csv")
    wrong = [
        f"{row['村社']}：表上 {row['任务单数']}，重数 {counted[row['村社编码']]}"
        for row in villages
        if int(row["任务单数"]) != counted[row["村社编码"]]
    ]
    told, tasks, number = rows_of(folder / "负担.csv")[0], sum(counted.values()), len(villages)
    each = tenths(Decimal(tasks) / number) if number else Decimal(0)
    before = int(told["每村每年基线"]) * int(told["天数"]) * number
    against = str(tenths(Decimal(100 * (tasks * 365 - before)) / before)) if before else ""
    again = {"村数": str(number), "任务单数": str(tasks), "每村任务数": str(each), "比基线百分之": against}
    wrong += [
        f"{name}：表上 {told[name]}，重算 {value}" for name, value in again.items() if told[name] != value
    ]
    print(f"任务单 {tasks} 件，{number} 个村社，每村 {each} 件" + (f"，比基线 {against}%" if against else ""))
    return wrong


def of_dashboard(folder):
    """Hours, months and merges counted row by row; returns what differs from 看板.csv."""
    if not (folder / "看板.csv").exists():
        return []
    again, sent = Counter(), parts(folder, "任务单")
    for row in sent:
        again[row["下派时间"][:7]] += 1
    behind = Counter(row["任务编码"] for row in parts(folder, "并入"))
    again["预计用时"] = sum((Decimal(row["预计用时"]) for row in sent), Decimal(0))
    again["办成任务的申请"] = sum(behind.values())
    again["合并减少的申请"] = sum(behind.values()) - len(behind)
    shown = {row["项目"]: Decimal(row["数"]) for row in rows_of(folder / "看板.csv")}
    print(f"预计用时 {again['预计用时']} 小时，{sum(behind.values())} 件申请合成 {len(behind)} 个任务")
    return [f"{name}：表上 {n}，重数 {again[name]}" for name, n in shown.items() if n != again[name]]


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    wrong = of_screenings(folder) + of_villages(folder) + of_dashboard(folder)
    for one in wrong:
        print(one)
    print("重数与台账一致。" if not wrong else f"有 {len(wrong)} 处不一致。")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
