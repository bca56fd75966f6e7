"""Holds an exported trail against its own hashes, and against heads kept elsewhere. Needs Python 3 and nothing else.

    xingcun verify --export trail.jsonl
    python verify_trail.py trail.jsonl [--head 12:3f… …]

Each line of the export is an entry with the hash it was sealed with and that of the entry before. An entry that was
altered, taken out, put in or moved no longer agrees. Whoever rewrites all of it makes it agree again: only a head that
was kept elsewhere (printed, or from /heads of that day) finds that out. It exits with 0 where all agrees, else with 1.
"""

import argparse
import hashlib
import json
import sys

MOST_TOLD = 100
FIRST = "0" * 64
"""What the first entry has before it."""


def canonical(value):
    """The one JSON text of a value: sorted keys, no spaces, Chinese as itself."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entries_in(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    told = json.loads(line)
                    yield number, told["entry"], told["prev_hash"], told["hash"]
                except (ValueError, KeyError, TypeError):
                    sys.exit(f"第 {number} 行读不懂，可能不是导出的记录。")


def checked(path, heads):
    """Every fault in a sentence; `heads` maps the number of an entry to the hash it must have."""
    before, last, many = FIRST, 0, 0
    for line, entry, prev_hash, kept in entries_in(path):
        seq = entry.get("seq")
        many += 1
        if seq != last + 1:
            yield f"第 {line} 行：序号应是 {last + 1}，却是 {seq}，中间有记录被删去、加入或挪动"
        if prev_hash != before:
            yield f"第 {line} 行（序号 {seq}）：与前一条接不上"
        made = hashlib.sha256((prev_hash + canonical(entry)).encode()).hexdigest()
        if made != kept:
            yield f"第 {line} 行（序号 {seq}）：内容被改动过"
        if seq in heads and heads.pop(seq) != kept:
            yield f"序号 {seq}：与保管的封签不符，这以前的记录被改写过"
        before, last = kept, seq if isinstance(seq, int) else last + 1
    for seq in sorted(heads):
        yield f"序号 {seq}：有保管的封签，导出里却没有这一条，记录被截短过"
    print(f"共 {many} 条记录，最后一条的封签是 {last}:{before}")


def head(text):
    seq, _, told = text.strip().partition(":")
    if not (seq.isdigit() and len(told) == 64):
        raise argparse.ArgumentTypeError("封签应写成 序号:哈希")
    return int(seq), told.lower()


def main():
    parser = argparse.ArgumentParser(description="核对导出的记录")
    parser.add_argument("file", help="xingcun verify --export 写出的文件")
    parser.add_argument("--head", type=head, action="append", default=[], metavar="序号:哈希")
    args = parser.parse_args()
    wrong = 0
    for fault in checked(args.file, dict(args.head)):
        wrong += 1
        if wrong <= MOST_TOLD:
            print(fault)
    print(f"发现 {wrong} 处问题。" if wrong else "记录完整，没有改动。")
    if not args.head:
        print("提示：没有给出在别处保管的封签，整个改写过的记录查不出来。")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
