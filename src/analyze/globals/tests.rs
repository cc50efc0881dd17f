use super::*;

/// The uses in a text: what is used, and `!` where that happens at start-up.
fn found(text: &str) -> Vec<String> {
    let uses = parse(text, &NODE_GLOBALS).into_iter();
    uses.map(|it| format!("{}{}", it.chain, if it.at_start { "!" } else { "" })).collect()
}

#[test]
fn uses_are_told_by_when_they_happen() {
    assert_eq!(found("const home = process.env.HOME;"), ["process.env.HOME!"]);
    assert_eq!(found("export const f = () => Buffer.from(__dirname);"), ["Buffer.from", "__dirname"]);
    assert_eq!(
        found("(function () { setImmediate(f); })(); (() => process)();"),
        ["setImmediate!", "process!"]
    );
    assert_eq!(
        found("class A { static a = process.pid; b = process.pid; c() { process.exit(); } }"),
        ["process.pid!", "process.pid", "process.exit"]
    );
    assert_eq!(found("class A { static { global.a = 1; } }"), ["global.a!"]);
}

#[test]
fn names_of_the_modules_own_are_no_uses() {
    assert!(found("import process from 'node:process'; process.exit();").is_empty());
    assert!(
        found("import { Buffer } from 'node:buffer'; export const f = () => Buffer.from('');").is_empty()
    );
    assert!(
        found("const f = (process) => process.env; function g() { const global = 1; return global; }")
            .is_empty()
    );
    assert!(found("const a = { process: 1 }; a.process; a.Buffer();").is_empty());
}

#[test]
fn what_is_asked_for_first_is_no_use() {
    for text in [
        "if (typeof process !== 'undefined') process.exit();",
        "const pid = typeof process === 'object' ? process.pid : 0;",
        "const env = typeof process !== 'undefined' && process.env || {};",
        "const isNode = typeof process !== 'undefined' && !!process.versions; if (isNode) { process.exit(); }",
        "function isNode() { return typeof process === 'object'; } const f = () => isNode() && process.pid;",
        "function f() { if (typeof process === 'undefined') return; process.exit(); }",
        "function f() { if (typeof process === 'undefined') { throw 1; } return () => process.pid; }",
        "const env = globalThis.process?.env ?? {};",
        "const env = globalThis.process && globalThis.process.env;",
        "if ('process' in globalThis) process.exit();",
        "const p = globalThis.process;",
        "try { process.exit(); } catch {}",
        "typeof process; typeof (process);",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn a_question_about_something_else_is_no_guard() {
    assert_eq!(found("if (typeof Buffer !== 'undefined') process.exit();"), ["process.exit!"]);
    assert_eq!(found("if (process.env.A) f();"), ["process.env.A!"]);
    assert_eq!(found("const env = process?.env;"), ["process.env!"]);
    assert_eq!(found("try { f(() => process.pid); } catch {}"), ["process.pid"]);
    assert_eq!(found("try { f(); } finally { process.exit(); }"), ["process.exit!"]);
    assert_eq!(found("globalThis.process.exit();"), ["globalThis.process.exit!"]);
    assert_eq!(found("const typeofprocess = 1; if (typeofprocess) process.exit();"), ["process.exit!"]);
}

#[test]
fn require_is_a_use_only_where_no_bundler_can_follow() {
    assert!(found("const path = require('node:path');").is_empty());
    assert_eq!(
        found("const f = (name) => require(name); require.resolve('x');"),
        ["require", "require.resolve!"]
    );
}

#[test]
fn what_vite_fills_in_is_found() {
    assert_eq!(
        found("const a = import.meta.env.VITE_A; const b = import.meta.env?.B; import.meta.url;"),
        ["import.meta.env.VITE_A!"]
    );
    assert!(found("const a = import.meta.env && import.meta.env.VITE_A;").is_empty());
}

#[test]
fn replaced_expressions_are_told_apart_by_whole_names() {
    let it = parse("process.env.NODE_ENV_X;", &NODE_GLOBALS).remove(0);
    assert!(it.starts_with("process.env"));
    assert!(!it.starts_with("process.env.NODE_ENV"));
    assert_eq!((it.name(), &it.span), ("process", &(0..7)));
}
