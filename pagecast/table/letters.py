"""The letters beyond ASCII of the languages that people write tables in, and how common each letter is. Ours.

Costs are in bits: the binary logarithm of how rare something is.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from math import log2

ALPHABETS = {
    "French": "éèàêçîôâûëùïœüæÿ",
    "German": "üäößé",
    "Spanish": "óíáéñúü",
    "Portuguese": "ãçáéíóêõâúàôü",
    "Italian": "àèòùéìî",
    "Danish, Norwegian": "øåæéöäüòôê",
    "Swedish, Finnish": "äöåéüà",
    "Icelandic": "áíðéóöþæúý",
    "Western Europe": "éáíóüöäèñçøåãêßúàæëïôîâûðõþýìòùœÿšž",
    "Polish": "łóąężśćńź",
    "Czech": "áíéěýřčšžůúňťóď",
    "Slovak": "áíéčýšžľúťňôóďäŕĺ",
    "Hungarian": "éáőöíóüúűäâ",
    "Croatian, Slovene": "čšžćđáé",
    "Romanian": "ăîţșâşțéáöőü",
    "Central Europe": "áéíłóčšžöüýřąęćôěőäśńúůżźťňďľđăűîâçßşţĺŕë",
    "Turkish": "ıüşğçöâîû",
    "Lithuanian": "šėžįčųūąęäöü",
    "Latvian": "āīšēūņļžģčķņ",
    "Estonian": "äõüöšž",
    "Baltic states": "šžėāäčīõūįüģņļųķęąö",
    "Esperanto, Maltese": "ħġżċĉĝĥĵŝŭ",
    "Welsh": "ŵâŷôêîûïö",
    "Vietnamese": "đáàăâêôơưéèíìóòúùýẻỏ",
    "Greek": "αοιετσνηυρπκμλωςίάόέθδήγχύφβώξζψϊϋΐΰ",
    "Russian": "оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "Ukrainian": "оаниівтерслкумдпязьбгйчхцюїжєшщфґ’",
    "Bulgarian": "аеоитнрсвлкдпмзъугябчщцжфхшюйь",
    "Serbian, Macedonian": "аоиенсртјувкдмлпзгбшљцјчћњжфђџхѓќѕ",
    "Belarusian": "анісрўоектлуыямвьдпцгйзчжбхшюэфё",
    "Hebrew": "יוהלאמרבתשנעםדקפחטגצזכסןךץףײ",
    "Arabic": "الينمروتةبدسعفقحكهأجشطصخضذزإغىثءئظآؤ،؟",
    "Persian": "اینردمهوتبسشکزلگفقخعجحپآصطچژضذثظغئ",
    "Thai": "นารกอเง่วมยล้ดทสตัปบคีิแหจ์ขพไใโชถ็ุูซผะำธศณืภญึษฉฟฐฝฤฮ๊ๆฏ๋ฆฌฎ",
}
"""The letters of each language, the most frequent ones first. Names of people and places repeat across borders: two
groups have the letters of many languages."""

FOREIGN = 12.0
"""The cost of a letter that a language does not have."""

KANA = 6.0
"""The cost of a kana in Japanese: some fifty are in use, and half of the characters of a text."""

_chinese = (  # in simplified characters
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都"
    "然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此"
    "实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平"
    "真听世气信北少关并内加化由却代军产入先山五太水万市号区省县路街州京广南江河湖安金银行店价格数量单品类编码地址姓性别龄"
    "张王李刘陈杨赵黄周吴徐孙朱马胡林郭何华苏杭深圳沈阳武汉重庆成都福建浙云贵川陕甘青宁疆藏香港澳台湾湾型总计户订商期状态"
)
_traditional = (
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可里後小麼心多天而能好都"
    "然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此"
    "實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平"
    "真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市號區省縣路街州京廣南江河湖安金銀行店價格數量單品類編碼地址姓性別齡"
    "張王李劉陳楊趙黃周吳徐孫朱馬胡林郭何華蘇高雄竹園嘉義彰屏宜蘭花蓮基隆投栗香港九龍灣總計戶訂商期狀態臺澳銅鑼旺角沙田荃"
)
_japanese = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校"
    "語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度強公"
    "持野以思家世多正安院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住無真有口少町料工建空急止送切転研足究楽"
    "起着店病質待試族銀早映親験英医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服夕借曜飲肉貸堂"
    "鳥飯勉冬昼茶弟牛魚兄犬妹姉漢県市区都府道村郡藤佐鈴木橋渡辺伊加吉村松井林清斎池阿部森石原岡島崎福阪神戸札幌横浜奈良埼"
    "玉葉茨城栃群馬潟富岐静愛滋賀和歌徳香媛佐熊沖縄宮秋形岩手氏番号住所価格数量商品単在庫備考性郎太美恵幸健一株式税込"
)
_korean = (
    "이다의는에가을한고사지하은로도기시자대인를서정어그일아리제나수상부주보해전스여장구과국들원조동라년만성세공우경유신군안"
    "당무와용요관오행미선화비게업회거적산분명계개학호교내중발려연소물위들속실방차통치면모진생민문반양김박최강윤임한서울인천"
    "광울경남북충청라제도시이름소번격량품목록날합계재확영은희준현석철훈숙순옥애"
)


COMMON, LEVEL_1, LEVEL_2 = 8.0, 13.0, 18.0
"""The costs of a Chinese character or a Korean syllable: one of the most frequent ones, which are listed here; one of
the first level of its character set, which has those in use; any other one of the set."""

_trails = range(0xA1, 0xFF)
_big5_trails = (*range(0x40, 0x7F), *_trails)


def _zipf(letters: str) -> dict[str, float]:
    """Return the cost of each letter, by Zipf's law: the letter of rank n is n times as rare as the first one."""
    ranks = {letter: rank for rank, letter in enumerate(dict.fromkeys(letters), 1)}
    total = log2(sum(1 / rank for rank in ranks.values()))
    return {letter: total + log2(rank) for letter, rank in ranks.items()}


def _range(codec: str, first: int, last: int, trails: Iterable[int] = _trails) -> str:
    """Return the characters of two bytes whose lead byte is in a range."""
    leads = range(first, last + 1)
    return b"".join(bytes((lead, trail)) for lead in leads for trail in trails).decode(codec, "ignore")


def _tiers(*tiers: tuple[str, float]) -> dict[str, float]:
    """Return the cost of each character: that of the first tier that has it."""
    return {letter: cost for letters, cost in reversed(tiers) for letter in letters}


@cache
def languages() -> tuple[Mapping[str, float], ...]:
    """Return the cost of each letter in each language."""
    chinese = _tiers(
        (_chinese, COMMON),
        (_range("gb2312", 0xB0, 0xD7), LEVEL_1),
        (_range("gb2312", 0xD8, 0xF7), LEVEL_2),
    )
    traditional = _tiers(
        (_traditional, COMMON),
        (_range("big5", 0xA4, 0xC6, _big5_trails), LEVEL_1),
        (_range("big5", 0xC9, 0xF9, _big5_trails), LEVEL_2),
    )
    japanese = _tiers(
        (_range("euc_jp", 0xA4, 0xA5) + "ー々", KANA),
        (_japanese, COMMON),
        ("".join(map(chr, range(0xFF61, 0xFFA0))), COMMON),  # halfwidth kana
        (_range("euc_jp", 0xB0, 0xCF), LEVEL_1),
        (_range("euc_jp", 0xD0, 0xF4), LEVEL_2),
    )
    korean = _tiers(
        (_korean, COMMON),
        (_range("euc_kr", 0xB0, 0xC8), LEVEL_1),
        (_range("euc_kr", 0xCA, 0xFD), LEVEL_2),
        ("".join(map(chr, range(0xAC00, 0xD7A4))), LEVEL_2),
    )
    return (*map(_zipf, ALPHABETS.values()), chinese, traditional, japanese, korean)
