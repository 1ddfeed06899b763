//! Notes on Discord: one message each in the section's channel, never changed. What was sent without hearing back is found again by its delivery.

use super::button::Action;
use super::message::Face;
use super::rest::RestError;
use super::{Discord, Place};
use crate::delivery::note::Note;
use crate::delivery::worker::Failure;
use crate::store::delivery::Claimed;

impl Discord {
    /// Says it at the first contact of the section that takes it.
    pub(super) async fn note(&self, delivery: &Claimed) -> Result<Place, Failure> {
        let note: Note = serde_json::from_str(&delivery.payload).map_err(|e| Failure::Poison(e.to_string()))?;
        let name = note.section.as_deref().unwrap_or(&delivery.recipient);
        let carried = (delivery.seq, delivery.n);
        let face = Face::new(&note.text(), &[Action::Mine], 0, Some(carried), &[]);
        let channels = self.contacts.of(&delivery.recipient);
        if delivery.attempts > 1 || delivery.failed {
            for channel in &channels {
                if let Some(place) = self.search.note(*channel, carried).await? {
                    return Ok(place);
                }
            }
        }
        for channel in channels {
            match self.create(channel, &face.post(&format!("{}-{}", delivery.seq, delivery.n))).await {
                Ok(place) => {
                    self.contacts.reached(&delivery.recipient);
                    return Ok(place);
                }
                Err(RestError::Refused(refusal)) if refusal.is_of_the_place() => self.contacts.refused(channel, name, &refusal),
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(Failure::Down(self.contacts.unreached(&delivery.recipient, name)))
    }
}
