//! The settings of the configuration file.

use std::fmt::Write as _;

use super::{Topic, cell};
use crate::config::{Setting, all};

pub(super) const TOPIC: Topic = Topic {
    name: "config",
    title: "Configuration",
    summary: "What `yaral.toml`, variables and flags set: the flag goes before the variable, the variable before the file of the project, that before the file of the user",
    terms,
    page,
    whole,
};

fn terms() -> Vec<String> {
    all().into_iter().map(|setting| setting.key).collect()
}

fn page(term: &str) -> Option<String> {
    let setting = all().into_iter().find(|setting| {
        setting.key.eq_ignore_ascii_case(term)
            || setting.variable() == term
            || setting.flag() == term
    })?;
    let Row {
        flag,
        default,
        values,
    } = row(&setting);
    Some(format!(
        "## {}\n\nA setting: {values}. Default: {default}. Flag: {flag}. Variable: `{}`.\n\n{}\n",
        setting.key,
        setting.variable(),
        setting.words()
    ))
}

struct Row {
    flag: String,
    default: String,
    values: String,
}

fn row(setting: &Setting) -> Row {
    let choices = setting.choices();
    let code = |text: String| format!("`{text}`");
    let flag = setting.flag();
    Row {
        flag: if flag.is_empty() {
            "none".to_owned()
        } else {
            code(flag)
        },
        default: setting.default().map_or_else(|| "none".to_owned(), code),
        values: if choices.is_empty() {
            setting.type_name().to_owned()
        } else {
            choices.into_iter().map(code).collect::<Vec<_>>().join(", ")
        },
    }
}

fn whole() -> String {
    let mut out = String::from(HEAD);
    out.push_str(
        "\n| Key | Values | Default | Flag | Variable | Meaning |\n|---|---|---|---|---|---|\n",
    );
    for setting in all() {
        let Row {
            flag,
            default,
            values,
        } = row(&setting);
        let _ = writeln!(
            out,
            "| `{}` | {values} | {default} | {flag} | `{}` | {} |",
            setting.key,
            setting.variable(),
            cell(&setting.words())
        );
    }
    out
}

const HEAD: &str = "\
```toml
# yaral.toml, at the root of your project
rules = [\"rules\"]
lists = \"lists\"
strict = true

[check]
format = \"concise\"

[semantics]
windows = \"secops\"
```

The file of the project is `yaral.toml` in the working folder or the nearest above
it, or what `--config FILE` or the variable `YARAL_CONFIG` names. The file of the user
is `yaral/yaral.toml` below `XDG_CONFIG_HOME`, else below `.config` at home. Paths in a
file start at its folder; several in a variable are separated as in `PATH`. Switches add
up, key by key; everything else is replaced. `--isolated` leaves files and variables
out. What a file sets to true is turned off for one run by its variable, such as
`YARAL_STRICT=0`. `rules` is what `scan` runs and what `check` looks at if no path is given. A key
that is not listed here is an error: `yaral config validate` says where.

No setting writes a file or takes a protection away, so that a file which is found in
a folder above can do neither.
";
