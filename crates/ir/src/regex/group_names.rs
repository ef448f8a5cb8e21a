//! The names RE2 takes after `\p`: one- and two-letter categories, scripts, and `Any`.
//!
//! RE2 wants them spelt exactly so, whereas the Rust tables are found under any spelling and know
//! more properties; this list is the gate. `tests/regex.rs` checks that every name is found.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// The general categories. `Cn` (unassigned) is missing on purpose: RE2 has no table of it, and
/// its `C` does not include it.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N",
    "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So",
    "Z", "Zl", "Zp", "Zs",
];

/// The scripts, sorted by bytes.
const SCRIPTS: &[&str] = &[
    "Adlam",
    "Ahom",
    "Anatolian_Hieroglyphs",
    "Arabic",
    "Armenian",
    "Avestan",
    "Balinese",
    "Bamum",
    "Bassa_Vah",
    "Batak",
    "Bengali",
    "Bhaiksuki",
    "Bopomofo",
    "Brahmi",
    "Braille",
    "Buginese",
    "Buhid",
    "Canadian_Aboriginal",
    "Carian",
    "Caucasian_Albanian",
    "Chakma",
    "Cham",
    "Cherokee",
    "Chorasmian",
    "Common",
    "Coptic",
    "Cuneiform",
    "Cypriot",
    "Cypro_Minoan",
    "Cyrillic",
    "Deseret",
    "Devanagari",
    "Dives_Akuru",
    "Dogra",
    "Duployan",
    "Egyptian_Hieroglyphs",
    "Elbasan",
    "Elymaic",
    "Ethiopic",
    "Garay",
    "Georgian",
    "Glagolitic",
    "Gothic",
    "Grantha",
    "Greek",
    "Gujarati",
    "Gunjala_Gondi",
    "Gurmukhi",
    "Gurung_Khema",
    "Han",
    "Hangul",
    "Hanifi_Rohingya",
    "Hanunoo",
    "Hatran",
    "Hebrew",
    "Hiragana",
    "Imperial_Aramaic",
    "Inherited",
    "Inscriptional_Pahlavi",
    "Inscriptional_Parthian",
    "Javanese",
    "Kaithi",
    "Kannada",
    "Katakana",
    "Kawi",
    "Kayah_Li",
    "Kharoshthi",
    "Khitan_Small_Script",
    "Khmer",
    "Khojki",
    "Khudawadi",
    "Kirat_Rai",
    "Lao",
    "Latin",
    "Lepcha",
    "Limbu",
    "Linear_A",
    "Linear_B",
    "Lisu",
    "Lycian",
    "Lydian",
    "Mahajani",
    "Makasar",
    "Malayalam",
    "Mandaic",
    "Manichaean",
    "Marchen",
    "Masaram_Gondi",
    "Medefaidrin",
    "Meetei_Mayek",
    "Mende_Kikakui",
    "Meroitic_Cursive",
    "Meroitic_Hieroglyphs",
    "Miao",
    "Modi",
    "Mongolian",
    "Mro",
    "Multani",
    "Myanmar",
    "Nabataean",
    "Nag_Mundari",
    "Nandinagari",
    "New_Tai_Lue",
    "Newa",
    "Nko",
    "Nushu",
    "Nyiakeng_Puachue_Hmong",
    "Ogham",
    "Ol_Chiki",
    "Ol_Onal",
    "Old_Hungarian",
    "Old_Italic",
    "Old_North_Arabian",
    "Old_Permic",
    "Old_Persian",
    "Old_Sogdian",
    "Old_South_Arabian",
    "Old_Turkic",
    "Old_Uyghur",
    "Oriya",
    "Osage",
    "Osmanya",
    "Pahawh_Hmong",
    "Palmyrene",
    "Pau_Cin_Hau",
    "Phags_Pa",
    "Phoenician",
    "Psalter_Pahlavi",
    "Rejang",
    "Runic",
    "Samaritan",
    "Saurashtra",
    "Sharada",
    "Shavian",
    "Siddham",
    "SignWriting",
    "Sinhala",
    "Sogdian",
    "Sora_Sompeng",
    "Soyombo",
    "Sundanese",
    "Sunuwar",
    "Syloti_Nagri",
    "Syriac",
    "Tagalog",
    "Tagbanwa",
    "Tai_Le",
    "Tai_Tham",
    "Tai_Viet",
    "Takri",
    "Tamil",
    "Tangsa",
    "Tangut",
    "Telugu",
    "Thaana",
    "Thai",
    "Tibetan",
    "Tifinagh",
    "Tirhuta",
    "Todhri",
    "Toto",
    "Tulu_Tigalari",
    "Ugaritic",
    "Vai",
    "Vithkuqi",
    "Wancho",
    "Warang_Citi",
    "Yezidi",
    "Yi",
    "Zanabazar_Square",
];

/// The characters of the group called `name`, or `None` if RE2 has no such group.
pub(super) fn ranges(name: &str) -> Option<Vec<ClassUnicodeRange>> {
    match name {
        "Any" => Some(vec![ClassUnicodeRange::new('\0', char::MAX)]),
        // Surrogates never occur in text.
        "Cs" => Some(Vec::new()),
        "C" => Some(
            ["Cc", "Cf", "Co"]
                .iter()
                .filter_map(|part| table("gc", part))
                .flatten()
                .collect(),
        ),
        _ if CATEGORIES.contains(&name) => table("gc", name),
        _ if SCRIPTS.binary_search(&name).is_ok() => table("sc", name),
        _ => None,
    }
}

/// The name RE2 has for what was probably meant by `name`, which it does not know.
pub(super) fn suggestion(name: &str) -> Option<&'static str> {
    let long = match name.to_ascii_lowercase().as_str() {
        "letter" | "alphabetic" | "alpha" => Some("L"),
        "lowercase_letter" | "lowercase" | "lower" => Some("Ll"),
        "uppercase_letter" | "uppercase" | "upper" => Some("Lu"),
        "number" | "digit" => Some("N"),
        "decimal_number" => Some("Nd"),
        "punctuation" | "punct" => Some("P"),
        "symbol" => Some("S"),
        "separator" | "space" | "white_space" => Some("Z"),
        "mark" => Some("M"),
        "other" => Some("C"),
        _ => None,
    };
    let exact = || {
        CATEGORIES
            .iter()
            .chain(SCRIPTS)
            .copied()
            .find(|known| known.eq_ignore_ascii_case(name))
    };
    long.or_else(exact)
}

/// A table of the Rust regex crates.
fn table(property: &str, name: &str) -> Option<Vec<ClassUnicodeRange>> {
    let hir = regex_syntax::parse(&format!(r"\p{{{property}={name}}}")).ok()?;
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.ranges().to_vec()),
        // A group of one character comes back as a literal.
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(
                ClassUnicode::new(text.chars().map(|c| ClassUnicodeRange::new(c, c)))
                    .ranges()
                    .to_vec(),
            )
        }
        _ => None,
    }
}
