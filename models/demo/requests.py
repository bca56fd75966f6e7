"""What the demo's departments ask for, in the order they ask it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """One request: who asks, under which matter, with which demands, and how far it goes."""

    who: str
    matter: str
    title: str
    body: str
    demands: tuple[str, ...] = ()
    """Empty: what the listed matter allows, the first two."""
    until: str = "closed"
    """How far the demo plays it: read, admitted, drafted, submitted, approved, sent, closed."""
    refuse: str = ""
    """The reader's reason for refusing it."""
    office: str = ""
    villages: int = 8


ASKS = (
    Ask(
        "nongye",
        "XZ-NY-02",
        "秋季动物强制免疫",
        "请各村通知养殖户配合秋季口蹄疫、禽流感强制免疫，登记存栏数。",
    ),
    Ask(
        "minzheng",
        "XZ-MZ-01",
        "困难群众走访摸底",
        "请各村走访低保、特困家庭，了解困难，协助做好救助。",
        villages=10,
    ),
    Ask("yingji", "XZ-YJ-03", "防灾减灾宣传", "请各村在村口和文化礼堂宣传防灾避险常识，组织一次演练。"),
    Ask("huanbao", "XZ-HJ-03", "固体废物防治宣传", "请各村宣传固体废物分类和危害，张贴宣传画。"),
    Ask(
        "nongye",
        "FM-HN-01",
        "完成农业保险征订指标",
        "请各村完成今年农业保险征订任务，按完成率排名通报。",
        ("ranking", "subscription"),
    ),
    Ask("tongji", "XZ-NY-10", "农业普查清查摸底", "请各村协助普查员摸清农户底数，带路上门。", villages=12),
    Ask("yingji", "XZ-YJ-08", "抗旱节水宣传", "近期少雨，请各村宣传节水抗旱，落实抗旱措施。"),
    Ask("minzheng", "", "评选最美家庭并上报材料", "请各村推荐最美家庭，每村报送事迹材料 3 篇。", ("data",)),
    Ask("nongye", "XZ-NY-05", "水稻病虫害统防统治", "请各村确定防治指导人员，通知农户统一用药时间。"),
    Ask("huanbao", "XZ-HJ-04", "土壤污染防治宣传", "请各村结合例会宣传土壤污染防治知识。", villages=6),
    Ask(
        "huanbao",
        "XB-HJ-01",
        "清理工业废渣",
        "某企业在河道边堆放工业废渣，请所在村于三日内组织人力清运完毕。",
        refuse="清运工业废渣是责任单位和执法部门的处置义务，不是村社“劝阻并报告”的内容，原文与事项不符。",
        office="zhifadui",
        villages=1,
    ),
    Ask("yingji", "XZ-YJ-09", "冬季消防宣传教育", "请各村上门提醒独居老人用火用电安全。"),
    Ask("minzheng", "XZ-MZ-08", "残疾人参保动员", "请各村动员残疾人参加社会保险，协助登记。", villages=6),
    Ask(
        "yingji",
        "XZ-YJ-10",
        "安全生产责任状签订",
        "请各村与小作坊签订安全生产责任状，实行一票否决。",
        ("pledge", "veto"),
    ),
    Ask("tongji", "XZ-NY-11", "人口变动调查入户", "请各村协助调查员入户。", villages=5),
    Ask(
        "nongye",
        "XZ-NY-06",
        "农产品质量安全宣传",
        "请各村宣传农药安全间隔期，提醒种植户做好记录。",
        villages=7,
    ),
    Ask(
        "minzheng",
        "XZ-MZ-06",
        "慈善款物分配送达",
        "请各村把慈善助老物资送到名单上的老人手中并登记。",
        until="reported",
        villages=6,
    ),
    Ask(
        "yingji",
        "XZ-YJ-07",
        "气象灾害防御宣传",
        "请各村宣传低温雨雪冰冻防御知识。",
        until="received",
        villages=8,
    ),
    Ask("nongye", "XZ-NY-01", "冬季动物疫病防控", "请各村提醒养殖户做好圈舍消毒。", until="sent", villages=9),
    Ask(
        "minzheng",
        "XZ-MZ-02",
        "低保动态申请协助",
        "请各村协助新出现困难的家庭提出低保申请。",
        until="approved",
        villages=6,
    ),
    Ask(
        "huanbao",
        "XZ-HJ-02",
        "噪声污染防治协助",
        "请各村协助做好夜间施工噪声的宣传告知。",
        until="submitted",
        villages=5,
    ),
    Ask(
        "yingji",
        "XZ-YJ-05",
        "自然灾害信息员更新",
        "请各村确认自然灾害信息员名单。",
        until="drafted",
        villages=8,
    ),
    Ask(
        "nongye",
        "XZ-NY-07",
        "农产品质量安全信息员确认",
        "请各村确认农产品质量安全信息员。",
        until="admitted",
        villages=8,
    ),
    Ask(
        "minzheng",
        "XZ-MZ-07",
        "残疾预防宣传",
        "请各村做好残疾预防宣传和康复需求登记。",
        until="read",
        villages=8,
    ),
    Ask("huanbao", "XZ-HJ-05", "湿地保护巡护协助", "请沿江各村协助湿地保护宣传。", until="read", villages=4),
)
