"""Books kept in Hong Kong, Taiwan and in two languages at once."""

from __future__ import annotations

from benchmarks.shapes.model import one, true

BOOKS = (
    one(
        "香港貿易雙語訂單",
        "headings in English and traditional Chinese, Hong Kong dollars in the headings",
        true("orders", 3, "HK26-0088 HK26-0090", {"HKD": 63_400_00}, "2026-04-09 2026-04-17"),
        """
Wing Lee Trading Co. Ltd. 永利貿易有限公司
Sales Order Register 銷售訂單登記冊
Order No. 訂單編號|Date 日期|Customer 客戶|Item 貨品|Qty 數量|Price 單價 (HK$)|Amount 金額 (HK$)|Delivery 交期|備註
HK26-0088|2026-04-09|九龍表行|石英機芯|2000|18.5|37000|2026-05-08|
HK26-0088|2026-04-09|九龍表行|錶帶|1200|12|14400|2026-05-08|
HK26-0090|2026-04-17|Sun Hing Gifts|座檯鐘|80|150|12000|2026-05-20|FOC sample 1
TOTAL 總計||||3280||63400||
""",
        merges="A1:I1 A2:I2",
    ),
    one(
        "台灣民國年訂單",
        "years of the republic, net, tax and gross, New Taiwan dollars in the title",
        true("orders", 3, "SO1150312 SO1150318", {"TWD": 185_850_00}, "2026-03-12 2026-03-18"),
        """
鴻達精密 客戶訂單明細表　　幣別：新台幣
訂單單號|訂貨日期|客戶名稱|料號|品名規格|數量|單價|未稅金額|營業稅|含稅總額|預定交貨日|業務
SO1150312|'115/03/12|信昌機械|A-1102|鋁合金外殼|500|120|60000|3000|63000|'115/04/10|林小姐
SO1150312|'115/03/12|信昌機械|A-1107|前蓋|500|54|27000|1350|28350|'115/04/10|林小姐
SO1150318|'115/03/18|台中聯岡|C-220|轉軸組|300|300|90000|4500|94500|'115/04/25|許先生
合計|||||1300||177000|8850|185850||
""",
        merges="A1:L1",
    ),
    one(
        "台灣收款明細",
        "cheques with days due, New Taiwan dollars, traditional",
        true("receipts", 3, "", {"TWD": 218_000_00}, "2026-04-10 2026-05-05"),
        """
收款明細表（新台幣）
收款日期|客戶名稱|收款方式|票據號碼|票據到期日|收款金額|銷貨單號|備註
2026-04-10|信昌機械|支票|AB0033127|2026-06-30|91350|SO1150312|
2026-04-28|台中聯岡|匯款|||94500|SO1150318|
2026-05-05|信昌機械|現金|||32150|SO1150402|尾款
總計|||||218000||
""",
    ),
    one(
        "Complaint log HK",
        "an English complaint log with days of closing and credit notes",
        true("complaints", 3, "CC-031 CC-032 CC-033", {"USD": 1_650_00}, "2026-04-20 2026-05-14"),
        """
CUSTOMER COMPLAINT LOG - YEAR 2026
Ref.|Date received|Customer|PO No.|Product|Nature of complaint|Corrective action|Responsible|Date closed|Claim (USD)
CC-031|2026-04-20|Bergen Outdoor AS|PO88121|Softshell jacket|Zipper broken|Replacement sent|Amy Lo|2026-05-04|420
CC-032|2026-05-02|Northwind Apparel LLC|PO88120|Polo shirt|Shade off from lab dip||Ken Wu||1230
CC-033|2026-05-14|Northwind Apparel LLC|PO88120|Polo shirt|Short shipment of 2 cartons|Will ship by air|Ken Wu||0
""",
    ),
    one(
        "Customer master SZ",
        "an English customer file with terms and credit",
        true("customers", 3, "NW BO HH"),
        """
Cust. code|Company name|Contact person|Tel|E-mail|Country|Payment terms|Credit limit (USD)|Sales rep
NW|Northwind Apparel LLC|Janet Reed|+1 555 0100 001|jr@nw.example|USA|30% T/T deposit, balance B/L copy|80000|Amy Lo
BO|Bergen Outdoor AS|Lars Vik|+47 5550 1002|lv@bo.example|Norway|D/P at sight|50000|Amy Lo
HH|Harbor Home Inc.|Tom Katz|+1 555 0100 003|tk@hh.example|USA|O/A 60 days|120000|Ken Wu
""",
        sheet="Customers",
    ),
    one(
        "Shipment schedule",
        "English shipping register, container and vessel, remarks in Chinese",
        true("shipments", 3, "PO88120 PO88125", {}, "2026-04-28 2026-05-19"),
        """
SHIPPING REGISTER 2026
S/N|Ship date|PO#|Customer|Style|Ctns|Qty (pcs)|G.W. (kg)|Container No.|Vessel/Voyage|B/L#|备注
1|2026-04-28|PO88120|Northwind Apparel LLC|NW-112|60|1800|1140|MSKU4417203|MAERSK ELBA 018W|MAEU2210035|分批第一票
2|2026-05-06|PO88120|Northwind Apparel LLC|NW-112|40|1200|760|MSKU4418114|MAERSK ELBA 019W|MAEU2211190|余数
3|2026-05-19|PO88125|Northwind Apparel LLC|NW-140|80|2000|1600|TCLU8800417|CMA CGM RODIN 311|CMDU7719040|
Total|||||180|5000|3500||||
""",
        merges="A1:L1",
    ),
)
