//! The routes of the server, read from the table in `src/web/routes.rs`, and the addresses in pages.

use std::fs;

use super::root;

/// The paths with their methods: `("/whip/{lesson}", "post options")`.
pub(super) struct Table(Vec<(String, String)>);

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The method, if there is one, and the path of a span: `POST /api/sign-in`.
fn split_method(span: &str) -> (Option<String>, &str) {
    match span.split_once(' ') {
        Some((method, rest))
            if METHODS.contains(&method.to_lowercase().as_str()) && method.to_uppercase() == method =>
        {
            (Some(method.to_lowercase()), rest)
        }
        _ => (None, span),
    }
}

impl Table {
    pub(super) fn read() -> Table {
        let text = fs::read_to_string(root().join("src/web/routes.rs")).expect("the table of routes");
        let table = Table(text.split(".route(").skip(1).filter_map(route).collect());
        assert!(table.0.len() > 80, "only {} routes found", table.0.len());
        table
    }

    /// A complaint about a span that is an address of this server and is in no route.
    pub(super) fn mistake(&self, span: &str) -> Option<String> {
        let (method, address) = split_method(span);
        let origins = ["http://localhost:8080", "https://host"];
        let path = origins.iter().find_map(|origin| address.strip_prefix(origin)).unwrap_or(address);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let is_path = path.starts_with('/') && !path.contains([' ', '…', '*']);
        if !is_path || self.has(method.as_deref(), path) {
            return None;
        }
        Some(format!("there is no route {span}"))
    }

    fn has(&self, method: Option<&str>, path: &str) -> bool {
        self.0.iter().any(|(route, methods)| {
            method.is_none_or(|method| methods.split(' ').any(|one| one == method)) && fits(route, path)
        })
    }
}

/// The route in `"/path", get(x).post(y))`, the text behind `.route(`.
fn route(text: &str) -> Option<(String, String)> {
    let (path, rest) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    let rest = rest.split(".layer(").next()?.split(".merge(").next()?;
    let named = METHODS.into_iter().filter(|method| rest.contains(&format!("{method}(")));
    Some((path.to_owned(), named.collect::<Vec<_>>().join(" ")))
}

/// Whether a path fits a route: a segment in braces takes any segment, `{*rest}` all that follow; a path that
/// ends with `/` means all below it.
fn fits(route: &str, path: &str) -> bool {
    if path.len() > 1 && path.ends_with('/') {
        return route.starts_with(path);
    }
    let mut segments = path.split('/');
    for part in route.split('/') {
        match segments.next() {
            Some(_) if part.starts_with("{*") => return true,
            Some(_) if part.starts_with('{') => {}
            Some(segment) if segment == part => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[test]
fn an_address_that_nobody_serves_is_found() {
    let table = Table::read();
    let check = |span: &str, expected: bool| {
        assert_eq!(table.mistake(span).is_some(), expected, "{span}");
    };
    check("/signal/{lesson}?as=SEAT", false);
    check("POST /whip/{lesson}", false);
    check("PUT /whip/{lesson}", true);
    check("http://localhost:8080/whep/demo", false);
    check("/replay/{lesson}", false);
    check("/api/", false);
    check("/api/nothing", true);
    check("/whip", true);
    check("src/web", false);
}
