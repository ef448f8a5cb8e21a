//! The catalogue of diagnostics: codes, titles, severities and pages.
//!
//! Numbers are grouped by topic and never given to another mistake: 01xx
//! spelling (they live in `syntax`), 02xx names and types, 03xx the shape of a
//! rule, 04xx outcome, condition and options, 05xx documented limits, 06xx
//! remarks, 07xx entities, detections, data tables and metrics, 09xx what this
//! version does not run.
//!
//! Each code has a page beside this file with an example that has the
//! mistake and one that has not; both are compiled by a test.

use yaral_syntax::diagnostic::Code;

macro_rules! catalogue {
    ($($name:ident $code:literal $severity:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code($code);)*

        /// Every code that the compiler reports, in order of number.
        pub const SEMANTIC: &[Page] = &[$(
            Page {
                code: $code,
                severity: $severity,
                title: $title,
                text: include_str!(concat!($code, ".md")),
            },
        )*];
    };
}

/// The page of one code.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// `error`, `warning`, `note`, or `warning (error under --strict)`.
    pub severity: &'static str,
    /// The title.
    pub title: &'static str,
    /// What it means, and examples, in Markdown.
    pub text: &'static str,
}

catalogue! {
    UNKNOWN_FIELD "E0201" "error" "unknown field";
    NOT_A_VALUE "E0202" "error" "field is not a value";
    UNKNOWN_FUNCTION "E0203" "error" "unknown function";
    WRONG_ARGUMENTS "E0204" "error" "wrong arguments";
    UNKNOWN_ENUM_VALUE "E0205" "error" "unknown enum value";
    TYPE_MISMATCH "E0206" "error" "types do not fit";
    UNBOUND_PLACEHOLDER "E0207" "error" "placeholder is never bound";
    UNKNOWN_LIST "E0208" "error" "unknown reference list";
    BAD_QUANTIFIER "E0209" "error" "`any` or `all` does not fit here";
    BAD_INDEX "E0210" "error" "index does not fit here";
    BAD_KEY "E0211" "error" "map access does not fit here";
    BAD_NOCASE "E0212" "error" "`nocase` does not fit here";
    BAD_REGEX "E0213" "error" "regular expression is not valid";
    BOTH_CONSTANT "E0215" "error" "both sides are constants";
    NOT_A_PREDICATE "E0216" "error" "not a predicate";
    SEVERAL_VARIABLES "E0217" "error" "call reads several event variables";
    UNKNOWN_VARIABLE "E0218" "error" "unknown variable";
    UNDOCUMENTED_FORM "E0219" "error" "undocumented form";
    NEEDS_MATCH "E0301" "warning (error under --strict)" "several event variables without `match`";
    UNJOINED "E0302" "warning (error under --strict)" "event variables are not joined";
    CONDITION_OR "E0303" "warning (error under --strict)" "`or` over too many event variables";
    CONDITION_MISSING_VARIABLE "E0304" "error" "event variable is not in the condition";
    UNBOUNDED "E0305" "error" "no event variable is bounded";
    CONDITION_TERM "E0306" "error" "term does not fit the condition";
    NO_EVENT "E0307" "error" "no event variable";
    BAD_MATCH_VARIABLE "E0308" "error" "match variable does not fit";
    BAD_WINDOW "E0309" "error" "match window does not fit";
    WINDOW_LENGTH "E0310" "warning (error under --strict)" "match window is too short or too long";
    MATCH_IN_CONDITION "E0311" "warning (error under --strict)" "match variable in the condition";
    UNBOUNDED_TERM "E0312" "error" "unbounded term does not fit";
    OR_IN_BLOCKS "E0313" "warning (error under --strict)" "`or` over event variables in a tumbling window";
    OR_BESIDE_AND "E0314" "warning (error under --strict)" "`or` of events beside `and` without parentheses";
    MIXED_CHOICE "E0315" "warning (error under --strict)" "one choice of events and outcomes";
    COMPARED_OUTCOMES "E0316" "warning (error under --strict)" "comparison of the condition without a constant";
    NEEDS_AGGREGATE "E0401" "error" "value must be aggregated";
    AGGREGATE_MISPLACED "E0402" "error" "aggregate does not fit here";
    DUPLICATE_NAME "E0403" "error" "name is used twice";
    BAD_OPTION "E0404" "error" "unknown option or value";
    IF_BRANCHES "E0405" "error" "branches of `if` do not fit";
    SUPPRESSION_TOO_SHORT "E0406" "warning (error under --strict)" "suppression window is too short";
    WINDOW_BOUND "E0407" "error" "bound of the window does not fit here";
    TOO_MANY_OUTCOMES "E0501" "warning (error under --strict)" "too many outcome variables";
    CALLS_TOO_DEEP "E0502" "warning (error under --strict)" "calls nested too deeply";
    TOO_MANY_LIST_USES "E0503" "warning (error under --strict)" "too many list look-ups";
    RULE_TOO_LARGE "E0504" "error" "rule is too large";
    DEPRECATED_FIELD "W0601" "note" "deprecated field";
    UNSIGNED_ARITHMETIC "W0602" "warning (error under --strict)" "arithmetic on an unsigned field";
    LEADING_PARENTHESIS "W0603" "warning (error under --strict)" "predicate begins with an arithmetic parenthesis";
    NEVER_HOLDS "W0604" "warning" "condition can never hold";
    REWRITTEN "N0605" "note" "rule runs as separate patterns";
    ROWS_NOT_EXCLUDED "W0670" "warning" "negation does not exclude the combinations of a table";
    MIXED_LOOKUPS "W0671" "warning" "table look-up beside something else in an `or`";
    TEXT_OF_PATTERN "W0672" "warning" "comparison with the text of a pattern or range";
    FIRST_OF_LIST "W0673" "warning" "only the first value of a list is read";
    TUNING_FAR_END "W0680" "warning" "row lives for more than two years";
    TABLE_IS_MADE "N0660" "note" "table is made by the first detection";
    VALUE_SPELLING "N0661" "note" "other spelling of a typed value";
    UNKNOWN_TABLE "E0701" "error" "unknown data table";
    UNKNOWN_COLUMN "E0702" "error" "unknown column of a data table";
    MIXED_SOURCES "E0703" "error" "event variable has two sources";
    NOTHING_HAPPENS "E0704" "error" "rule speaks of no event";
    SOURCE_NEEDS_MATCH "E0705" "error" "entities, detections and rows need `match`";
    MIXED_ALTERNATIVES "E0706" "warning (error under --strict)" "`or` over variables of different sources";
    BAD_GRAPH_EDIT "E0707" "error" "graph operation does not fit";
    TOO_MANY_GRAPH_EDITS "E0708" "warning (error under --strict)" "too many graph operations";
    UNMAPPED_TABLE "E0709" "error" "table has no mapped column";
    BAD_EXPORT "E0710" "error" "write to a data table does not fit";
    TOO_MANY_TABLE_JOINS "E0711" "warning (error under --strict)" "too many comparisons with rows";
    COMPOSITE_WINDOW "E0712" "warning (error under --strict)" "window over detections is too long";
    TUNING_WIDE "E0721" "error" "row fits service accounts of several namespaces";
    TUNING_NOBODY "E0722" "error" "row names no principal";
    TUNING_NO_END "E0723" "error" "row has no end";
    TUNING_NO_OWNER "E0724" "error" "row has no owner or no reason";
    TUNING_FITS_ALL "E0725" "error" "row fits everything, or nearly so";
    TUNING_MORE "E0726" "error" "row fits more than it names";
    UNKNOWN_METRIC "E0741" "error" "unknown metric";
    UNDEFINED_METRIC "E0742" "error" "metric without a definition";
    METRIC_MISPLACED "E0743" "error" "metric does not fit here";
    METRIC_ARGUMENTS "E0744" "error" "argument of a metric does not fit";
    METRIC_PERIOD "E0745" "error" "period and window do not fit";
    METRIC_MEASURE "E0746" "error" "measure does not fit";
    METRIC_FIELDS "E0747" "warning (error under --strict)" "metric by an undocumented combination of fields";
    METRIC_HOURS "E0748" "warning (error under --strict)" "hourly metric without a daily one";
    METRIC_VALUE "E0749" "error" "value does not fit the field of a metric";
    METRIC_FILTER "E0750" "error" "filter of a metric does not fit";
    PERIOD_START "E0751" "error" "only metrics have periods";
    CONTRADICTION "W0610" "warning" "two values asked of one field";
    FOLDED_CASE "W0611" "warning" "compared with letters of the other case";
    PATTERN_ALWAYS "W0612" "warning" "pattern matches every text";
    PATTERN_NEVER "W0613" "warning" "pattern can never match";
    SCORE_OF_TEXT "W0614" "warning" "risk score is not a number";
    CONSTANT_PREDICATE "W0615" "warning" "predicate is decided by constants alone";
    NAMES_IN_TWO_CASES "W0616" "warning" "names differ in the case of letters only";
    BAD_RANGE "W0617" "warning" "range of addresses is not valid";
    INDEXED_OUTCOME "W0620" "warning (error under --strict)" "indexed value is not aggregated";
    OUTCOME_TYPE "W0621" "warning (error under --strict)" "outcome of a type that is not documented";
    IF_REFUSED "W0622" "warning (error under --strict)" "`if` that Google SecOps refuses";
    FUNCTION_ELSEWHERE "W0623" "warning (error under --strict)" "function stands elsewhere in Google SecOps";
    NEGATED_REPEATED "N0640" "note" "one value of a repeated field is excluded";
    COUNT_OF_ROWS "N0641" "note" "`count` counts rows";
    UNUSED_PLACEHOLDER "N0642" "note" "placeholder is never used";
    NO_EVENT_TYPE "N0643" "note" "no event type is asked for";
    PATTERN_EDGES "N0644" "note" "useless `.*` at an end of a pattern";
    LETTERLESS_NOCASE "N0645" "note" "`nocase` without letters";
    PLAIN_PATTERN "N0646" "note" "pattern is plain text";
    DUPLICATE_PREDICATE "N0647" "note" "the same predicate twice";
    NOT_YET "E0901" "error" "construct that this version does not run";
}

macro_rules! spelling {
    ($($name:ident $code:literal $severity:literal;)*) => {
        /// Every code that `syntax` reports, in order of its registry.
        pub const SYNTAX: &[Page] = &[$(
            Page {
                code: yaral_syntax::code::$name.0,
                severity: $severity,
                title: title_of(yaral_syntax::code::$name),
                text: include_str!(concat!($code, ".md")),
            },
        )*];
    };
}

spelling! {
    UNKNOWN_CHARACTER "E0101" "error";
    UNTERMINATED_STRING "E0102" "error";
    UNTERMINATED_RAW_STRING "E0103" "error";
    UNTERMINATED_REGEX "E0104" "error";
    UNTERMINATED_COMMENT "E0105" "error";
    BAD_ESCAPE "E0106" "error";
    UNKNOWN_ESCAPE "W0106" "warning";
    BAD_NUMBER "E0107" "error";
    UNEXPECTED_TOKEN "E0110" "error";
    MISSING_SECTION "E0111" "error";
    SECTION_ORDER "E0112" "error";
    META_NOT_STRING "E0113" "error";
    SEARCH_ONLY "E0114" "error";
    TOO_DEEP "E0115" "error";
    TOO_LARGE "E0116" "error";
    EXPECTED_RULE "E0117" "error";
    NEGATIVE_NUMBER "E0118" "error";
    KEYWORD_VARIABLE "E0119" "error";
}

/// The title that the registry of `syntax` gives a code. A code that is not
/// in the registry stops the build, because this runs while it is compiled.
const fn title_of(code: Code) -> &'static str {
    let all = yaral_syntax::code::ALL;
    let mut at = 0;
    while !same(all[at].0.0.as_bytes(), code.0.as_bytes()) {
        at += 1;
    }
    all[at].1
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// The pages of all codes: those of the spelling, then those of the meaning.
pub fn all() -> impl Iterator<Item = &'static Page> {
    SYNTAX.iter().chain(SEMANTIC)
}

/// The page of a code, in any case.
#[must_use]
pub fn page(code: &str) -> Option<&'static Page> {
    all().find(|page| page.code.eq_ignore_ascii_case(code))
}
