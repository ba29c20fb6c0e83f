//! `live-classroom invite`: makes somebody with an account and prints the one-time link by which that person
//! sets the own password. This is how the first administrators come in: there is no default password.

use anyhow::bail;
use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::account::{name, role, telephone};
use live_classroom::config::Config;
use live_classroom::office;
use live_classroom::office::accounts::{MakeError, NewAccount};
use live_classroom::store::Store;

/// The actor in the audit log for the command line.
const BY: &str = "cli";

#[derive(clap::Args)]
pub(super) struct InviteArgs {
    /// Role: training_admin, security_admin, audit_admin, system_admin, operator, auditor, unit_admin,
    /// class_admin, instructor or trainee.
    #[arg(long, value_parser = parse_role)]
    role: AccountRole,
    /// Real name.
    #[arg(long)]
    name: String,
    /// Log-in name; default: the role's and a number.
    #[arg(long, value_name = "NAME")]
    login: Option<String>,
    /// Mobile number, to sign in with, too.
    #[arg(long)]
    phone: Option<String>,
    /// Code of the unit, as 33: for unit_admin and trainee.
    #[arg(long)]
    unit: Option<String>,
    /// Id of the class, for class_admin.
    #[arg(long)]
    class: Option<String>,
    /// Invite somebody anew who has an account of this log-in name; --forget-second-factor when the
    /// authenticator was lost, too.
    #[arg(long, requires = "login")]
    again: bool,
    #[arg(long, requires = "again")]
    forget_second_factor: bool,
    #[command(flatten)]
    pub(super) store: super::StoreArgs,
}

fn parse_role(word: &str) -> Result<AccountRole, String> {
    let word = serde_json::Value::String(word.replace('-', "_"));
    serde_json::from_value(word).map_err(|error| error.to_string())
}

pub(super) async fn run(mut args: InviteArgs) -> anyhow::Result<()> {
    let store = std::mem::take(&mut args.store);
    store.with(async |config, store| invite(config, store, &args).await).await
}

async fn invite(config: &Config, store: &Store, args: &InviteArgs) -> anyhow::Result<()> {
    let person = if args.again { known(store, args).await? } else { make(store, args).await? };
    let hours = config.limits.invitation_ttl_h;
    let expires_at_ms = super::in_hours_ms(hours);
    let secret =
        office::accounts::invite(store, &person, args.forget_second_factor, expires_at_ms, BY, "").await?;
    let login = store.accounts().of(&person).await?.map(|account| account.login).unwrap_or_default();
    super::print(&text(config, &login, &secret, hours))
}

fn text(config: &Config, login: &str, secret: &str, hours: u32) -> String {
    let base = super::links::base(config);
    format!(
        "\n 登录名 · log-in name:  {login}\n \
         邀请链接（只能用一次，{hours} 小时内有效）· invitation (works once, within {hours} hours):\n \
         {base}/invited#{secret}\n\n"
    )
}

async fn known(store: &Store, args: &InviteArgs) -> anyhow::Result<String> {
    let login = args.login.as_deref().unwrap_or_default();
    match store.accounts().by_login(login).await? {
        Some(account) => Ok(account.person),
        None => bail!("there is no account with the log-in name {login:?}"),
    }
}

async fn make(store: &Store, args: &InviteArgs) -> anyhow::Result<String> {
    let name = name::real(&args.name).map_err(|wrong| anyhow::anyhow!("--name {wrong}"))?;
    let phone = args.phone.as_deref().map(telephone::mobile).transpose();
    let phone = phone.map_err(|wrong| anyhow::anyhow!("--phone {wrong}"))?;
    let grants = [RoleGrant { role: args.role, unit: args.unit.clone(), class: args.class.clone() }];
    role::check(&grants)?;
    office::accounts::check_scopes(store, &grants).await?;
    let word = serde_json::to_value(args.role)?.as_str().unwrap_or_default().replace('_', "-");
    for number in 1..=1000 {
        let login = args.login.clone().unwrap_or_else(|| format!("{word}-{number}"));
        let new = NewAccount {
            name: &name,
            login: &login.to_lowercase(),
            phone: phone.as_deref(),
            password: None,
            grants: &grants,
            by: Some(BY),
        };
        match office::accounts::make(store, &new).await {
            Ok(person) => return Ok(person),
            Err(MakeError::Taken) if args.login.is_none() && phone.is_none() => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("choose a log-in name with --login")
}
