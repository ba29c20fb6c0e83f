//! Examples of messages: each is read as the type that its block names, and has all of its fields and no
//! others.

use live_classroom::protocol::{ApiError, ClientMessage, Me, PasswordSignIn, ServerMessage, SignIn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

pub(super) fn mistakes(kind: &str, block: &str) -> Vec<String> {
    match kind {
        "ClientMessage" => read::<ClientMessage>(block),
        "ServerMessage" => read::<ServerMessage>(block),
        "SignIn" => read::<SignIn>(block),
        "PasswordSignIn" => read::<PasswordSignIn>(block),
        "Me" => read::<Me>(block),
        "ApiError" => read::<ApiError>(block),
        other => vec![format!("no test reads examples of {other}")],
    }
}

fn read<T: Serialize + DeserializeOwned>(block: &str) -> Vec<String> {
    let values = Deserializer::from_str(block).into_iter::<Value>();
    values.filter_map(|value| wrong::<T>(value).err().map(|error| error.to_string())).collect()
}

fn wrong<T: Serialize + DeserializeOwned>(value: serde_json::Result<Value>) -> anyhow::Result<()> {
    let said = value?;
    let meant = serde_json::to_value(serde_json::from_value::<T>(said.clone())?)?;
    anyhow::ensure!(meant == said, "{said} is sent as {meant}");
    Ok(())
}

#[test]
fn an_example_that_is_no_message_is_found() {
    assert!(
        mistakes("ClientMessage", r#"{"type":"tick"} {"type":"hello","version":1,"resume":null}"#).is_empty()
    );
    assert_eq!(mistakes("ClientMessage", r#"{"type":"fly"}"#).len(), 1);
    assert_eq!(mistakes("ServerMessage", r#"{"type":"ack","id":1,"more":2}"#).len(), 1);
    assert_eq!(mistakes("ServerMessage", r#"{"type":"ack","#).len(), 1);
}
