//! The rules in force (启用的规则), compiled.

use std::sync::Arc;

use super::StoreError;
use super::db::Tx;
use super::setting::{self, OfficeSettings};
use crate::rules::{Diagnosis, Rule};

/// A rule that cannot be read any more, or a fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error("rule {code} cannot be read: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Broken { code: String, faults: Vec<Diagnosis> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The rules by which the office's programme is watched, by code, each with its version. What `known` has compiled of this text is not compiled again.
pub async fn in_force(
    tx: &mut Tx,
    office: i64,
    settings: &OfficeSettings,
    known: impl Fn(&str) -> Option<Arc<Rule>>,
) -> Result<Vec<(Arc<Rule>, i64)>, RuleError> {
    let programme = &settings.programme;
    let all = setting::rules(tx, office).await?.into_iter().filter(|(code, _)| programme.uses(code));
    all.map(|(code, (version, source))| {
        if let Some(rule) = known(&source) {
            return Ok((rule, version));
        }
        let rule = Rule::compile_for(&source, &programme.function_codes).map_err(|faults| RuleError::Broken { code, faults })?;
        Ok((Arc::new(rule), version))
    })
    .collect()
}
