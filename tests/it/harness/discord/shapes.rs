//! People, channels and the guild in Discord's JSON.

use serde_json::{Value, json};

use super::state::{Channel, FIRST_ID, State, WHEN};

/// Everything but administrator.
pub const PERMISSIONS: &str = "2248473465835073";

impl State {
    pub fn user_json(&self, id: u64) -> Value {
        let name = self.person(id).map_or("?", |member| &member.name);
        let bot = id == self.bot;
        json!({
            "id": id.to_string(), "username": format!("u{}", (id - FIRST_ID) >> 22), "global_name": name, "discriminator": "0",
            "avatar": null, "bot": bot, "system": false, "public_flags": 0, "flags": 0, "mfa_enabled": bot, "verified": true, "email": null,
        })
    }

    /// Without the user, as in resolved data.
    pub fn member_json(&self) -> Value {
        json!({
            "nick": null, "avatar": null, "roles": [], "joined_at": WHEN, "premium_since": null, "deaf": false, "mute": false, "flags": 0,
            "pending": false, "permissions": PERMISSIONS, "communication_disabled_until": null,
        })
    }

    pub fn member_with_user(&self, id: u64) -> Value {
        let mut json = self.member_json();
        json["user"] = self.user_json(id);
        json
    }

    pub fn channel_json(&self, channel: &Channel) -> Value {
        let mut json = json!({
            "id": channel.id.to_string(), "type": 0, "name": channel.name, "guild_id": self.guild.to_string(), "position": 0, "topic": null,
            "nsfw": false, "last_message_id": null, "rate_limit_per_user": 0, "parent_id": null, "permission_overwrites": [], "flags": 0,
        });
        if let Some(person) = channel.dm {
            json = json!({"id": channel.id.to_string(), "type": 1, "last_message_id": null, "recipients": [self.user_json(person)], "flags": 0});
        }
        json
    }

    pub fn guild_json(&self) -> Value {
        let members: Vec<_> = self.members.iter().map(|member| self.member_with_user(member.id)).collect();
        let channels: Vec<_> = self.channels.iter().filter(|channel| channel.dm.is_none()).map(|channel| self.channel_json(channel)).collect();
        let everyone = json!({
            "id": self.guild.to_string(), "name": "@everyone", "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "icon": null, "unicode_emoji": null, "position": 0, "permissions": PERMISSIONS, "managed": false, "mentionable": false, "flags": 0,
        });
        json!({
            "id": self.guild.to_string(), "name": "霍山县财政局", "icon": null, "splash": null, "discovery_splash": null, "owner_id": self.bot.to_string(),
            "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
            "roles": [everyone], "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
            "preferred_locale": "zh-CN", "public_updates_channel_id": null, "nsfw_level": 0, "premium_progress_bar_enabled": false, "stickers": [],
            "safety_alerts_channel_id": null, "joined_at": WHEN, "large": false, "unavailable": false, "member_count": members.len(), "voice_states": [],
            "members": members, "channels": channels, "threads": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        })
    }
}
