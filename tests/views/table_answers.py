"""The right answer to each table of tests/cases/tables: how many rows it would make and what is told, or what it is refused for."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """Rows made, changed and left as they are (None where all is refused), and words that are told beside."""

    counts: tuple[int, int, int] | None
    told: tuple[str, ...] = ()


def taken(made: int, *told: str, changed: int = 0, same: int = 0) -> Answer:
    return Answer((made, changed, same), told)


def refused(*told: str) -> Answer:
    return Answer(None, told)


SHEET = "读的是工作表“Sheet”"
AS_TEXT = "请把这一列设为文本格式后重新填写"
SAVE_AGAIN = "另存为“Excel 工作簿（.xlsx）”"
DAYS, HOURS, WEIGHT = "第 2 行“时限（工作日）”", "第 2 行“估计工时（小时）”", "第 2 行“难度权重”"
ANSWERS = {
    "base.xlsx": taken(3, SHEET),
    "c01_dim_A1.xlsx": taken(3, SHEET),
    "c01_dim_short_rows.xlsx": taken(3, SHEET),
    "c02_far_styled_cell.xlsx": taken(1, SHEET),
    "c03_strict.xlsx": refused("Strict Open XML", SAVE_AGAIN),
    "c04_truncated_sheet.xlsx": refused("文件不完整或者已经损坏", SAVE_AGAIN),
    "c05_hidden_first.xlsx": taken(1, "读的是工作表“人员”；没有读：“字典”（隐藏）"),
    "c05_notes_first.xlsx": taken(1, "读的是工作表“人员”；没有读：“填表说明”"),
    "c06_error_value.xlsx": refused("第 2 行“name”：单元格是错误值 #N/A"),
    "c06_formula_no_cache.xlsx": refused(
        "第 2 行“name”、“phone”、“unit_code”、“role”：单元格是公式，文件里没有它算出的值"
    ),
    "c07_chinese_heads.xlsx": taken(1),
    "c07_merged.xlsx": taken(2, "合并的单元格按它盖住的各行填写（1 处）"),
    "c07_title_row.xlsx": taken(1, "表头在第 2 行，上面的“澄潭街道村干部花名册”没有读"),
    "c08_newline.csv": taken(1),
    "c08_padded_name.csv": taken(2),
    "c08_padded_name_same.csv": refused("第 3 行：与第 2 行重复（王伟，村社干部）"),
    "c08_phone_bidi.csv": taken(1),
    "c08_phone_forms.csv": refused("第 3、4、5 行：与第 2 行重复"),
    "c08_phone_fullwidth.csv": taken(1, "第 2 行：电话“138000000015”有 12 位，手机号是 11 位"),
    "c08_pua.csv": taken(1, "请核对", "第 2 行", "自造字（U+E863"),
    "c08_question_mark.csv": taken(2, "第 2 行：“李?”里有问号", "第 3 行：“李\ufffd”里有问号"),
    "c08_rare.csv": taken(3),
    "c09_apostrophe.csv": refused("“'13800000024”不是电话号码", "“'330624004201”不存在", AS_TEXT),
    "c09_eq.csv": refused("第 2 行“phone”", "第 2 行“unit_code”", AS_TEXT),
    "c09_fullwidth_code.csv": taken(1),
    "c09_sci.csv": refused("“1.38E+10”不是电话号码", "“3.30624E+11”不存在", AS_TEXT),
    "c09_tabbed.csv": taken(1),
    "c10_date_00.csv": taken(1),
    "c10_date_01.csv": taken(1),
    "c10_date_02.csv": refused("第 2 行“from_on”：“46053”", "设为日期格式"),
    "c10_date_03.csv": taken(1),
    "c10_date_05.csv": taken(1),
    "c10_date_06.csv": refused("第 2 行“from_on”：“2026-W05-6”不是日期"),
    "c10_date_07.csv": refused("第 2 行“from_on”：“2026-01-310”不是日期"),
    "c10_date_08.csv": taken(1),
    "c10_date_09.csv": taken(1),
    "c10_date_10.csv": refused("第 2 行“from_on”：日历上没有“1900-01-00”"),
    "c10_serial.xlsx": refused("第 2 行“from_on”：“46053”", "设为日期格式"),
    "c11_biff.xls": refused("旧格式（.xls）", SAVE_AGAIN),
    "c11_cr_only.csv": taken(1),
    "c11_csv_named.xlsx": taken(1),
    "c11_gbk.csv": taken(1, "GB18030"),
    "c11_html.xls": refused("网页（HTML）", SAVE_AGAIN),
    "c11_ole_encrypted.xlsx": refused("加了密码", SAVE_AGAIN),
    "c11_semicolon.csv": taken(1, "各列按分号分开"),
    "c11_tabs_in_csv.csv": taken(1, "各列按制表符分开"),
    "c11_txt.txt": taken(1),
    "c11_utf16.csv": taken(1, "UTF-16"),
    "c11_utf8bom.csv": taken(1),
    "c11_xlsx_named.csv": taken(3, SHEET),
    "c11_xlsx_named.xlsm": taken(3, SHEET),
    "c12_caps_heads.xlsx": taken(1),
    "c12_dup_head.xlsx": refused(
        "第 2 行“phone”：有两列是这个表头", "13800000050 / 12900000000", "“电话”（B、E 列）"
    ),
    "c12_duties.xlsx": refused("第 2 行“role”：写的是“leader”，分管领导不能设在村社，应设在乡镇街道"),
    "m02_both_heads.xlsx": taken(1, "同一列有几个表头：“名称”（B、E 列）"),
    "m02_dup_head.xlsx": refused("第 2 行“名称”：有两列是这个表头", "环境卫生整治协助 / 另一个名称"),
    "m02_halfwidth_head.xlsx": taken(1),
    "m02_newline_head.xlsx": taken(1),
    "m03_date_in_text.xlsx": refused("第 2 行“名称”：单元格是日期 2026-03-04，不是文字", AS_TEXT),
    "m03_err_cells.xlsx": refused(
        "第 2 行“名称”：单元格是错误值 #REF!", "第 2 行“法律依据”：单元格是错误值 #N/A"
    ),
    "m03_float_days.xlsx": refused(f"{DAYS}：“2.5”不是整数"),
    "m03_float_noise.xlsx": taken(1),
    "m03_long_basis.csv": refused("第 2 行“法律依据”", "最多 8000 个字"),
    "m03_num_00.csv": taken(1),
    "m03_num_01.csv": refused(f"{DAYS}：“3个工作日”不是可以识别的数字，请填写整数"),
    "m03_num_02.csv": taken(1),
    "m03_num_03.csv": refused(f"{DAYS}：“1_000”不是可以识别的数字"),
    "m03_num_04.csv": refused(f"{DAYS}：写的是“99999999999999999999”，数值太大，应在 0 到 9999 之间"),
    "m03_num_05.csv": refused(f"{DAYS}：“-1”不行，应在 0 到 9999 之间"),
    "m03_num_06.csv": refused(f"{HOURS}：“2,5”不是可以识别的数字"),
    "m03_num_07.csv": taken(1),
    "m03_num_08.csv": refused(f"{HOURS}：“NaN”不是可以识别的数字"),
    "m03_num_09.csv": refused(f"{HOURS}：“Infinity”不是可以识别的数字"),
    "m03_num_10.csv": refused(f"{HOURS}：“1e400”不是可以识别的数字"),
    "m03_num_11.csv": refused(
        f"{HOURS}：“1E5”不是可以识别的数字，请填写数字，例如 12.5，应在 0 到 99999 之间"
    ),
    "m03_num_12.csv": taken(1),
    "m03_num_13.csv": refused(f"{HOURS}：“0.005”的小数太长，最多 2 位"),
    "m03_num_14.csv": refused(f"{HOURS}：“1e-400”不是可以识别的数字"),
    "m03_num_15.csv": refused(f"{WEIGHT}：“1/2”不是可以识别的数字"),
    "m03_num_16.csv": refused(f"{WEIGHT}：“50%”不是可以识别的数字"),
    "m05_last_row_styled.xlsx": taken(1, SHEET),
    "m10_official_code_too_long.csv": refused("第 2 行“编码”", "编码有 51 个字符，最多 40 个"),
    "m13_title_row.xlsx": taken(2, "表头在第 2 行，上面的“乡镇（街道）法定职责事项清单”没有读"),
    "m14_footnote_row.xlsx": taken(1, "第 3 行是说明，没有读：“填表说明：编码由清单管理员填写”"),
    "m15_merged_cells.xlsx": taken(2, "合并的单元格按它盖住的各行填写（2 处）"),
    "m16_demands_sep.csv": refused(
        "第 2 行“可以要求的”：没有这样的要求：报数据、上门，可填：报送数据、上门入户"
    ),
    "m17_lower_code.csv": refused("第 3 行“编码”", "第 4 行“编码”", "GK-12 与第 2 行重复"),
    "m18_cat_space.csv": taken(3),
    "m19b_partial_table.csv": taken(1),
    "t05_flags.csv": taken(4),
    "u01_real_odd_names.csv": taken(
        23,
        "第 4 行：“小(氵甸)村”里有括号",
        "第 8 行：“胡子?村”里有问号",
        "第 10 行：“长shan村”里有拉丁字母",
        "第 12 行",
        "自造字（U+E4C6",
        "第 14 行：“聂囗村”里有方框",
        "第 15 行：“北京亦庄.永清社区”里有标点",
        "第 16 行：“村”只写了单位的种类",
        "第 22 行：“李家庄村”与第 21 行在同一个上级下面同名",
        "第 23 行",
    ),
    "u03_china_area_mapped.csv": taken(
        0, "3 个编码末尾补位的零不算在内，例如 330600000000 记作 3306", changed=1, same=3
    ),
    "u03_china_area_style.csv": refused(
        "第 1 行是“330600000000 绍兴市 2 330000000000”，没有找到表头", "编码（code）"
    ),
    "u03_china_area_with_head.csv": refused(
        "第 2 行“level”：“2”不在可选范围内，可填：市、县市区、乡镇街道、村社"
    ),
    "u04_children_first.csv": taken(2),
    "u05_chinese_levels.csv": taken(2),
    "u06_same_village_twice.csv": taken(2, "第 3 行：“梅渚村”与第 2 行在同一个上级下面同名"),
}
