//! Values that a script can give and JSON has no form for. `runner-js/node/encode.mjs` marks them in JSON.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A value that JSON has no form for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Foreign {
    /// A function, known by its place in what the script gave: keys, and indices in decimal.
    #[serde(rename = "$wptFunction")]
    Function(Vec<String>),
    /// A symbol, by its description.
    #[serde(rename = "$wptSymbol")]
    Symbol(String),
    /// A buffer or a view of one.
    #[serde(rename = "$wptBytes", deserialize_with = "bytes")]
    Bytes(Vec<u8>),
    /// A `URL` object.
    #[serde(rename = "$wptUrl")]
    Url(String),
    /// A regular expression: its source.
    #[serde(rename = "$wptRegExp")]
    RegExp(String),
    /// What `buildPagesASSETSBinding()` returns: the folder to serve; absolute.
    #[serde(rename = "$wptAssets")]
    Assets(Utf8PathBuf),
    /// Anything else, in words, with the article.
    #[serde(rename = "$wptOther")]
    Other(String),
}

impl Foreign {
    /// The value that a marked object stands for.
    pub fn of(fields: &Map<String, Value>) -> Option<Self> {
        let (mark, value) = fields.iter().next().filter(|(key, _)| key.starts_with("$wpt"))?;
        let only = Map::from_iter([(mark.clone(), value.clone())]);
        serde_json::from_value(Value::Object(only)).ok()
    }

    /// What it is, with its article.
    pub(super) fn kind(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Function(_) => "a function",
            Self::Symbol(_) => "a symbol",
            Self::Bytes(_) => "bytes",
            Self::Url(_) => "a URL object",
            Self::RegExp(_) => "a regular expression",
            Self::Assets(_) => "a binding to Pages assets",
            Self::Other(words) => return Cow::Owned(words.clone()),
        })
    }
}

/// Each character stands for a byte.
fn bytes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    text.chars().map(|c| u8::try_from(c).map_err(serde::de::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: &Value) -> Option<Foreign> {
        Foreign::of(value.as_object().unwrap())
    }

    #[test]
    fn marks_are_read() {
        let path = ["miniflare", "outboundService"].map(str::to_owned).to_vec();
        assert_eq!(of(&json!({ "$wptFunction": path })), Some(Foreign::Function(path)));
        assert_eq!(of(&json!({ "$wptBytes": "a\u{0}ÿ" })), Some(Foreign::Bytes(vec![97, 0, 255])));
        assert_eq!(of(&json!({ "$wptRegExp": "a+", "flags": "i" })), Some(Foreign::RegExp("a+".to_owned())));
        assert_eq!(of(&json!({ "key": "$wptUrl" })), None);
        assert_eq!(of(&json!({})), None);
    }
}
