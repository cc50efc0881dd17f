//! URLs in `_headers` and `_redirects`, normalised as the published reader does.
//!
//! It parses paths with the URL standard's parser, as those of a URL whose scheme is not a special one.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
const PATH: &AsciiSet = &QUERY.add(b'?').add(b'`').add(b'{').add(b'}');

/// What a rule may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// A path of the Worker's own; a missing slash in front is added.
    Path,
    /// A path, or a URL without a port; without query and fragment.
    PathOrHost,
    /// A path or a URL, with query and fragment.
    Destination,
}

/// A path or URL in the form in which requests are matched with it.
///
/// # Errors
/// Why it is not one, as the end of a sentence.
pub(super) fn normalize(text: &str, allowed: Allowed) -> Result<String, String> {
    let whole = allowed == Allowed::Destination;
    if let Some((host, path)) = host_and_path(text) {
        let port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
        return match allowed {
            Allowed::Path => Err("only paths are redirected, not other hosts' URLs".to_owned()),
            Allowed::PathOrHost if port => Err("a URL cannot name a port here".to_owned()),
            _ => Ok(format!("https://{host}{}", normalize_path(path, whole))),
        };
    }
    match allowed {
        _ if text.starts_with('/') => Ok(normalize_path(text, whole)),
        Allowed::Path => Ok(normalize_path(&format!("/{text}"), whole)),
        _ => Err("it must start with `/` or with `https://`".to_owned()),
    }
}

/// Whether it names a host.
pub(super) fn has_host(text: &str) -> bool {
    host_and_path(text).is_some()
}

/// Host and path of an `https` URL. More slashes in front of the host are allowed.
fn host_and_path(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("https://")?.trim_start_matches('/');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (!host.is_empty()).then_some((host, path))
}

fn normalize_path(text: &str, whole: bool) -> String {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let mut segments: Vec<String> = vec![];
    let mut parts = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(part) = parts.next() {
        let dots = part.to_ascii_lowercase().replace("%2e", ".");
        match dots.as_str() {
            "." | ".." => {
                if dots == ".." {
                    segments.pop();
                }
                if parts.peek().is_none() {
                    segments.push(String::new());
                }
            }
            _ => segments.push(utf8_percent_encode(part, PATH).to_string()),
        }
    }
    let mut url = format!("/{}", segments.join("/"));
    if whole && !query.is_empty() {
        url.push('?');
        url.extend(utf8_percent_encode(query, QUERY));
    }
    if whole && !fragment.is_empty() {
        url.push('#');
        url.extend(utf8_percent_encode(fragment, FRAGMENT));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same answers as the reader in npm's `miniflare` gives.
    #[test]
    fn paths_are_normalised() {
        let path = |text| normalize(text, Allowed::Path).unwrap();
        assert_eq!(path("a b/ü"), "/a%20b/%C3%BC");
        assert_eq!(path("/x/../y/./z/.."), "/y/");
        assert_eq!(path("/x/%2E%2e/y"), "/y");
        assert_eq!(path("/x?query#fragment"), "/x");
        assert_eq!(path("/:id/*"), "/:id/*");
        assert_eq!(path("//double//slash"), "//double//slash");
    }

    #[test]
    fn destinations_keep_query_and_fragment() {
        let to = |text| normalize(text, Allowed::Destination);
        assert_eq!(to("/a?b=\"c\"#d e").unwrap(), "/a?b=%22c%22#d%20e");
        assert_eq!(to("https://example.com:8080").unwrap(), "https://example.com:8080/");
        assert_eq!(to("https:///example.com/a/../b?c").unwrap(), "https://example.com/b?c");
        assert!(to("http://example.com").is_err());
        assert!(to("relative").is_err());
    }

    #[test]
    fn hosts_are_allowed_where_they_mean_something() {
        assert!(normalize("https://example.com/a", Allowed::Path).is_err());
        assert!(normalize("https://example.com:80/a", Allowed::PathOrHost).is_err());
        assert_eq!(normalize("https://e.com/a*?q", Allowed::PathOrHost).unwrap(), "https://e.com/a*");
        assert!(has_host("https://e.com/x") && !has_host("/https://e.com") && !has_host("https://"));
    }
}
