//! Reading the configuration: defaults < file < environment < flags. A wrong value is refused with its
//! source, its key and what would be right.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, SETTINGS, Setting};

/// Values given by name, later ones winning: `("room.trainees_max", "50")`.
pub type Overrides = Vec<(String, String)>;

/// The reason why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration file {}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}, line {line}: {message}", path.display())]
    Line { path: PathBuf, line: usize, message: String },
    #[error("{place}: there is no setting {key}; `live-classroom config sample` prints them all")]
    Unknown { place: String, key: String },
    #[error("{place}: {key} = {value} is not usable: {why}")]
    Value { place: String, key: String, value: String, why: String },
}

/// Reads `file` if there is one, then applies the `environment` (only `CLASSROOM__*` counts), then `flags`.
pub fn read(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    flags: &Overrides,
) -> Result<Config, ConfigError> {
    let mut table = Config::default().to_table();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::File { path: path.into(), source })?;
        merge_file(&mut table, path, &text)?;
    }
    for (variable, text) in environment.filter(|(name, _)| name.starts_with("CLASSROOM__")) {
        let setting = SETTINGS.iter().find(|setting| setting.variable() == variable);
        set(&mut table, "environment", &variable, setting, &text)?;
    }
    for (key, text) in flags {
        let setting = SETTINGS.iter().find(|setting| setting.key() == *key);
        set(&mut table, "command line", key, setting, text)?;
    }
    Ok(table.try_into().expect("every value was tried on its own before it went in"))
}

/// Lays a file over the table.
fn merge_file(table: &mut Table, path: &Path, text: &str) -> Result<(), ConfigError> {
    let refused = |error: toml::de::Error| ConfigError::Line {
        path: path.into(),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        message: error.message().trim().replace('\n', " "),
    };
    // Typed first, for messages with a line; as a table second, to find the given keys.
    let _: Config = toml::from_str(text).map_err(refused)?;
    let given: Table = toml::from_str(text).map_err(refused)?;
    for setting in SETTINGS {
        if let Some(value) = given.get(setting.section).and_then(|section| section.get(setting.name)) {
            put(table, &path.display().to_string(), setting, value.clone())?;
        }
    }
    Ok(())
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Sets one key from text, which is read as the type of its default.
fn set(
    table: &mut Table,
    place: &str,
    key: &str,
    setting: Option<&Setting>,
    text: &str,
) -> Result<(), ConfigError> {
    let Some(setting) = setting else {
        return Err(ConfigError::Unknown { place: place.into(), key: key.into() });
    };
    let refused = |why: &str| ConfigError::Value {
        place: place.into(),
        key: key.into(),
        value: text.into(),
        why: why.into(),
    };
    let value = match &table[setting.section][setting.name] {
        Value::Integer(_) => {
            Value::Integer(text.trim().parse().map_err(|_| refused("a whole number is needed"))?)
        }
        Value::Boolean(_) => {
            Value::Boolean(text.trim().parse().map_err(|_| refused("true or false is needed"))?)
        }
        Value::Array(_) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.into()))
                .collect(),
        ),
        _ => Value::String(text.into()),
    };
    put(table, place, setting, value)
}

/// Puts a value into the table if it has the right type and is within its limits.
fn put(table: &mut Table, place: &str, setting: &Setting, value: Value) -> Result<(), ConfigError> {
    let refused = |why: String| ConfigError::Value {
        place: place.into(),
        key: setting.key(),
        value: value.to_string(),
        why,
    };
    if let (Some(number), Some((min, max, unit))) = (value.as_integer(), setting.limits)
        && !(min..=max).contains(&number)
    {
        return Err(refused(format!("{min} to {max} {unit} are possible")));
    }
    let alone = Table::from_iter([(setting.name.to_string(), value.clone())]);
    let alone = Table::from_iter([(setting.section.to_string(), Value::Table(alone))]);
    alone.try_into::<Config>().map_err(|error| refused(error.message().replace('\n', " ")))?;
    table[setting.section][setting.name] = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("class.toml");
        std::fs::write(&path, file).expect("a file in it");
        let own = |pairs: &[(&str, &str)]| -> Overrides {
            pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
        };
        read(Some(&path), own(environment).into_iter(), &own(flags))
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_beats_the_file() {
        let file = "[room]\ntrainees_max = 10\nstage_max = 1\nresume_window_s = 30\n";
        let environment =
            [("CLASSROOM__ROOM__STAGE_MAX", "2"), ("CLASSROOM__ROOM__TRAINEES_MAX", "20"), ("PATH", "x")];
        let config = read_all(file, &environment, &[("room.trainees_max", "30")]).expect("valid");

        let room = &config.room;
        assert_eq!((room.trainees_max, room.stage_max, room.resume_window_s), (30, 2, 30));
        assert_eq!(config.server, Config::default().server);
    }

    #[test]
    fn lists_switches_and_words_can_be_given_as_text() {
        let flags = [
            ("media.ips", "127.0.0.1, ::1"),
            ("server.tls", "self-signed"),
            ("server.metrics_public", "true"),
        ];
        let config = read_all("", &[], &flags).expect("valid");

        assert_eq!(config.media.ips.len(), 2);
        assert_eq!(config.server.tls, super::super::Tls::SelfSigned);
        assert!(config.server.metrics_public);
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_place() {
        let check = |file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)], parts: &[&str]| {
            let message = read_all(file, environment, flags).expect_err("refused");
            for part in parts {
                assert!(message.contains(part), "{message:?} does not say {part:?}");
            }
        };
        check("[room]\n\ntrainees = 5\n", &[], &[], &["class.toml, line 3", "trainees", "trainees_max"]);
        check("[rooms]\n", &[], &[], &["class.toml, line 1", "rooms"]);
        check("[room]\nstage_max = \"six\"\n", &[], &[], &["class.toml, line 2"]);
        check("[room\n", &[], &[], &["class.toml, line 1"]);
        check(
            "[room]\ntrainees_max = 0\n",
            &[],
            &[],
            &["class.toml", "room.trainees_max = 0", "1 to 10000 people"],
        );
        check("", &[("CLASSROOM__ROOM__STAGE", "1")], &[], &["environment", "CLASSROOM__ROOM__STAGE"]);
        check(
            "",
            &[("CLASSROOM__ROOM__STAGE_MAX", "many")],
            &[],
            &["CLASSROOM__ROOM__STAGE_MAX = many", "whole number"],
        );
        check("", &[], &[("room.x", "1")], &["command line", "room.x"]);
        check("", &[], &[("media.port", "70000")], &["command line", "media.port = 70000", "0 to 65000"]);
        check("", &[], &[("media.ips", "nowhere")], &["media.ips", "nowhere"]);
        check("", &[], &[("server.tls", "maybe")], &["server.tls", "maybe", "self-signed"]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error =
            read(Some(Path::new("/nowhere/class.toml")), std::iter::empty(), &vec![]).expect_err("refused");
        assert!(error.to_string().contains("/nowhere/class.toml"), "{error}");
    }
}
