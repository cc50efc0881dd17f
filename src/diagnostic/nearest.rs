//! "Did you mean": the name in a list that a misspelled one was most likely meant to be.

use strsim::damerau_levenshtein;

/// The candidate nearest to `name`, or `None` if none is near enough to be worth a suggestion.
///
/// Letter case and `-` against `_` do not count; otherwise one edit is allowed for every three letters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(name);
    let allowed = (folded.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        // The first of equally near names wins, so the answer does not depend on anything but the list.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let known = ["kv_namespaces", "main", "name", "vars", "d1_databases"];
        assert_eq!(nearest("kv_namespace", known), Some("kv_namespaces"));
        assert_eq!(nearest("mian", known), Some("main"));
        assert_eq!(nearest("D1-databases", known), Some("d1_databases"));
        assert_eq!(nearest("var", known), Some("vars"));
        assert_eq!(nearest("entirely", known), None);
        assert_eq!(nearest("", known), None);
    }
}
