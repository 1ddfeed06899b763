//! What the watch goes by (依据): the rules in force, the office's settings, the calendar, the scope; and what it remembers of the ledger from group to group.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::cache::{self, Cache, Index};
use crate::domain::calendar::Calendar;
use crate::domain::scope::Scope;
use crate::domain::white_list::WhiteList;
use crate::domain::{Entity, Level};
use crate::rules::{Diagnosis, Rule, Total, totals};
use crate::store::pause::Pause;
use crate::store::rule::{self, RuleError};
use crate::store::setting::{self, OfficeSettings};
use crate::store::{Store, StoreError, Turn};
use crate::store::{ledger, scope, white_list};

/// Records that may be kept from one group to the next: some tens of megabytes.
const KEPT: usize = 20_000;

/// A rule and the version that is in force.
#[derive(Debug, Clone)]
pub struct InForce {
    pub rule: Arc<Rule>,
    pub version: i64,
}

/// What the watch goes by: the rules in force, the office's settings, the calendar, the scope.
#[derive(Debug, Clone)]
pub struct Orders {
    pub rules: Arc<Vec<InForce>>,
    pub settings: Arc<OfficeSettings>,
    pub calendar: Arc<Calendar>,
    /// Which funds are poverty relief (口径).
    pub scope: Arc<Scope>,
    /// What nobody is to be called for (白名单).
    pub white_list: Arc<WhiteList>,
    indexes: Arc<Vec<Index>>,
    /// The running totals that the rules ask for.
    pub totals: Arc<Vec<Arc<Total>>>,
    /// The entry by which the latest of them was laid down.
    laid_down: i64,
    /// What another process has laid down since these were read.
    later: Arc<Mutex<Option<Orders>>>,
    /// What the last group saw of the ledger, and the entry after which it was so: the next group asks the database only for what is new to it.
    kept: Arc<Mutex<Option<(i64, Cache)>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    #[error("the office has no settings yet")]
    NoSettings,
    #[error("rule {code} cannot be read: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Rule { code: String, faults: Vec<Diagnosis> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RuleError> for OrdersError {
    fn from(failure: RuleError) -> OrdersError {
        match failure {
            RuleError::Broken { code, faults } => OrdersError::Rule { code, faults },
            RuleError::Store(failure) => failure.into(),
        }
    }
}

impl Orders {
    /// Reads what is in force as of this turn.
    pub async fn read(turn: &mut Turn) -> Result<Orders, OrdersError> {
        Orders::read_after(turn, None).await
    }

    /// The same, where these were in force before: a rule that is still the same is not compiled again.
    pub async fn read_after(turn: &mut Turn, before: Option<&Orders>) -> Result<Orders, OrdersError> {
        let settings = setting::office(&mut turn.tx, turn.office).await?.ok_or(OrdersError::NoSettings)?;
        let before = before.filter(|orders| orders.settings.programme.function_codes == settings.programme.function_codes);
        let known = |source: &str| before?.rules.iter().map(|in_force| &in_force.rule).find(|rule| rule.source == source).cloned();
        let in_force = rule::in_force(&mut turn.tx, turn.office, &settings, known).await?;
        let rules: Vec<InForce> = in_force.into_iter().map(|(rule, version)| InForce { rule, version }).collect();
        let judging = || rules.iter().map(|r| &*r.rule).filter(|rule| rule.enabled);
        let (indexes, totals) = (cache::indexes(judging()), totals(judging()));
        Ok(Orders {
            rules: Arc::new(rules),
            settings: Arc::new(settings),
            calendar: Arc::new(setting::calendar(&mut turn.tx, turn.office).await?),
            scope: Arc::new(scope::in_force(&mut turn.tx, turn.office).await?),
            white_list: Arc::new(white_list::in_force(&mut turn.tx, turn.office).await?),
            indexes: Arc::new(indexes),
            totals: Arc::new(totals),
            laid_down: setting::latest(&mut turn.tx, turn.office).await?,
            later: Arc::default(),
            kept: Arc::default(),
        })
    }

    /// What is in force as of this turn: these, unless another process has laid down something since. A replay goes by the same.
    pub async fn as_of(&self, turn: &mut Turn) -> Result<Orders, StoreError> {
        let latest = setting::latest(&mut turn.tx, turn.office).await?;
        if latest == self.laid_down {
            return Ok(self.clone());
        }
        let later = self.later.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(later) = later.filter(|later| later.laid_down == latest) {
            return Ok(later);
        }
        let read = self.anew(turn).await?;
        *self.later.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
        Ok(read)
    }

    /// What is in force with all that this very turn has laid down; nothing of it is kept, for the turn may come to nothing.
    pub async fn anew(&self, turn: &mut Turn) -> Result<Orders, StoreError> {
        Orders::read_after(turn, Some(self)).await.map_err(|failure| match failure {
            OrdersError::Store(failure) => failure,
            other @ (OrdersError::NoSettings | OrdersError::Rule { .. }) => StoreError::BadEntry { seq: turn.seq(), reason: other.to_string() },
        })
    }

    /// The same by another calendar.
    #[must_use]
    pub fn by(self, calendar: Calendar) -> Orders {
        Orders { calendar: Arc::new(calendar), ..self }
    }

    /// The local date by which a light lit today in this section is to be answered.
    pub fn due_on(&self, today: NaiveDate, level: Level, section: &str) -> NaiveDate {
        self.calendar.add(today, self.settings.days(section, level))
    }

    /// The deadline once it runs again on that day: later by the working days that it stood still.
    pub fn resumed(&self, pause: &Pause, on: NaiveDate) -> NaiveDate {
        let days = self.calendar.between(pause.since, on.min(pause.until));
        self.calendar.add(pause.stood, u32::try_from(days).unwrap_or(0))
    }

    /// Rules that light nothing because their reference data was never loaded (未就绪), and the data each waits for.
    pub async fn not_ready(&self, store: &Store) -> Result<Vec<(String, String, Vec<Entity>)>, StoreError> {
        let loaded = ledger::references_now(store).await?;
        let waits = |in_force: &InForce| {
            let missing: Vec<Entity> = in_force.rule.needs.iter().copied().filter(|need| !loaded.contains(need)).collect();
            (!missing.is_empty()).then(|| (in_force.rule.code.clone(), in_force.rule.name.clone(), missing))
        };
        Ok(self.judging().map(|(_, in_force)| in_force).filter_map(waits).collect())
    }

    /// What was kept of the ledger, if the ledger is still the same; else nothing, to be loaded anew.
    pub(super) fn recall(&self, ledger_seq: i64) -> Cache {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        match kept {
            Some((seq, cache)) if seq == ledger_seq => cache,
            Some(_) | None => Cache::new(Arc::clone(&self.indexes), Arc::clone(&self.scope), Arc::clone(&self.totals)),
        }
    }

    /// Keeps what a group has seen of the ledger, once its turn is committed.
    pub(super) fn keep(&self, turn: &mut Turn, cache: Cache) {
        if cache.len() <= KEPT {
            let (kept, seq) = (Arc::clone(&self.kept), turn.ledger_seq());
            turn.afterwards(move || *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((seq, cache)));
        } else {
            // giving back the memory of so many records is a while's work: nobody waits for it
            drop(tokio::task::spawn_blocking(move || drop(cache)));
        }
    }

    /// The rules that judge, and where each stands among all: what is 停用 is known, and judges nothing.
    pub fn judging(&self) -> impl Iterator<Item = (usize, &InForce)> {
        self.rules.iter().enumerate().filter(|(_, in_force)| in_force.rule.enabled)
    }

    pub(super) fn on(&self, entity: Entity) -> impl Iterator<Item = &InForce> {
        self.judging().map(|(_, in_force)| in_force).filter(move |in_force| in_force.rule.on == entity)
    }
}
