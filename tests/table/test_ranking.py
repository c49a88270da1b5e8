"""Most tables of names and words are guessed right, in every encoding that their language is written in."""

from collections.abc import Iterator
from random import Random

import pytest

from pagecast.table.sample import Sample

WORDS = {
    "German cp1252 cp850 mac-roman": "Größe Köln Müller Straße Jörg Lübeck Höhe Stück Österreich Übung",
    "French cp1252 cp850 mac-roman": "Hélène Orléans Sète Nîmes François Noël février qualité référence Évry août",
    "Spanish cp1252 cp850 mac-roman": "Muñoz León Cádiz Núñez Sofía Jaén teléfono año Ávila dirección Bogotá",
    "Portuguese cp1252 cp850": "João Conceição Belém Goiás preço Évora município São Antônio açúcar Simões",
    "Nordic cp1252 cp850 mac-roman": "Bodø Ålborg Søren Malmö Västerås Ærø Hämeenlinna Åse Skåne Tromsø Örebro",
    "Polish cp1250 iso8859-2 cp852": "Łódź Gdańsk Poznań Paweł Świdnica Żory Małgorzata ilość książka Wójcik Zając",
    "Czech cp1250 iso8859-2 cp852": "Plzeň Jiří Dvořák Třebíč Žďár Černý příjmení město Šumava Ústí Růžena Děčín",
    "Hungarian cp1250 iso8859-2 cp852": "Győr Erdős Szűcs Vörös Pécs név megye István Ágnes összeg fűző Tóth",
    "Russian cp1251 koi8-r cp866 iso8859-5": "Москва Тверь Иванов Пётр Ольга город цена Область Щукин Юлия",
    "Ukrainian cp1251 koi8-u": "Київ Львів Їжакевич Євген вулиця ціна Олена Рівне Шевченко місто Гнат Юрій",
    "Greek cp1253 iso8859-7": "Αθήνα Πάτρα Ελένη Γιώργος πόλη τιμή Θεσσαλονίκη Χανιά όνομα Νίκος Ρόδος Μαρία",
    "Turkish cp1254 iso8859-9": "İzmir Muğla Şahin Yıldız Ayşe şehir Öztürk Iğdır Çelik Doğan müşteri ürün",
    "Hebrew cp1255": "ירושלים חיפה כהן לוי שרה דוד עיר מחיר כמות רחוב משפחה אילת",
    "Arabic cp1256": "القاهرة الرياض محمد فاطمة بغداد المدينة السعر الاسم خالد دمشق تونس يوسف",
    "Thai cp874": "กรุงเทพ เชียงใหม่ สมชาย ราคา จังหวัด ภูเก็ต จำนวน ชื่อ สุดา ขอนแก่น วิชัย ที่อยู่",
    "Baltic cp1257": "Šiauliai Jonė Žukauskas Rīga Liepāja Bērziņš Kėdainiai Ķekava Jūratė Pärnu Põlva Võru",
    "Japanese cp932 euc_jp iso2022_jp": "東京都 大阪府 名古屋 鈴木 佐藤 さくら りんご パソコン 氏名 住所 価格 高橋",
    "Chinese gb18030": "北京 上海 广州 李娜 王伟 数量 价格 商品 地址 深圳 苹果 有限公司",
    "Chinese big5hkscs": "臺北 高雄 香港 林志明 陳怡君 數量 價格 商品 地址 新竹 蘋果 有限公司",
    "Korean cp949": "서울 부산 김민수 이영희 주소 가격 수량 제주 이름 상품 광주 날짜",
}
"""Words of a language, by its name and the encodings that it is written in."""

ASCII = ["north", "south", "open", "closed", "London", "Rome", "total", "item", "red", "blue", "pending", "shipped"]

SIZES = {"one": (1, 399), "four": (4, 60), "ten": (10, 0), "all": (200, 0)}
"""How many rows have words of the language, and how many have none."""


def tables(size: str) -> Iterator[tuple[str, str, str]]:
    """Yield five tables of this size for each encoding of each language: its name, the encoding and the text."""
    named, plain = SIZES[size]
    for language, words in WORDS.items():
        name, *encodings = language.split()
        for encoding in encodings:
            for number in range(5):
                random = Random(f"{language} {encoding} {size} {number}")
                chosen = [word for word in words.split() if not word.isascii()]
                cells = [random.choice(chosen) for _ in range(named)] + [random.choice(ASCII) for _ in range(plain)]
                random.shuffle(cells)
                end = "\r" if encoding == "mac-roman" else "\n"
                yield (
                    name,
                    encoding,
                    end.join(f"{row}\t{cell}\t{random.choice(ASCII)}" for row, cell in enumerate(cells)),
                )


def is_right(encoding: str, text: str) -> bool:
    """Return whether the guess shows the text."""
    sample = Sample()
    sample.feed(text.encode(encoding))
    return text.encode(encoding).decode(sample.guess(), "replace") == text


@pytest.mark.parametrize(("size", "least"), [("one", 0.75), ("four", 0.95), ("ten", 0.99), ("all", 0.99)])
def test_so_many_tables_are_shown_right(size: str, least: float) -> None:
    wrong = [(name, encoding) for name, encoding, text in tables(size) if not is_right(encoding, text)]
    tried = sum(1 for _ in tables(size))
    assert len(wrong) <= (1 - least) * tried, (len(wrong), tried, wrong)


@pytest.mark.parametrize("size", SIZES)
def test_tables_of_western_europe_are_never_taken_for_others(size: str) -> None:
    wrong = [
        (name, text) for name, encoding, text in tables(size) if encoding == "cp1252" and not is_right(encoding, text)
    ]
    assert wrong == []
