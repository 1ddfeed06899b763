//! A slash command as a person enters it in the client: only what is registered can be entered at all.

use serde_json::{Value, json};

use super::state::State;

/// The words of a line: the command, its subcommands, then `name=value`; a value may hold spaces.
///
/// `/核实 编号=1 结论=正常 情况=两次 分别是两季度的补助`
pub struct Line<'l> {
    command: &'l str,
    words: Vec<&'l str>,
}

impl<'l> Line<'l> {
    pub fn read(line: &'l str) -> Line<'l> {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let command = words.next().and_then(|word| word.strip_prefix('/')).unwrap_or_else(|| panic!("no slash command: {line}"));
        Line { command, words: words.collect() }
    }
}

/// The data of the interaction; `focused` is the option being typed, with what stands there so far.
///
/// # Panics
/// When the client would not let a person send this, and says why.
pub fn data(state: &State, line: &Line, focused: Option<(&str, &str)>) -> Value {
    let registered = || state.commands.iter().map(|command| command["name"].as_str().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let command = state.commands.iter().find(|command| command["name"] == line.command);
    let command = command.unwrap_or_else(|| panic!("/{} is not registered; these are: {}", line.command, registered()));
    let options = options(state, &command["options"], &line.words, focused);
    json!({"id": command["id"], "name": command["name"], "type": 1, "guild_id": state.guild.to_string(), "options": options, "resolved": resolved(state, &options)})
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn names(options: &[Value]) -> String {
    options.iter().filter_map(|option| option["name"].as_str()).collect::<Vec<_>>().join(" ")
}

fn options(state: &State, options: &Value, words: &[&str], focused: Option<(&str, &str)>) -> Value {
    let options = list(options);
    if options.iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
        let Some((word, rest)) = words.split_first() else { panic!("one of these must follow: {}", names(options)) };
        let option = options.iter().find(|option| option["name"] == *word);
        let option = option.unwrap_or_else(|| panic!("{word} is not registered; these are: {}", names(options)));
        return json!([{"name": option["name"], "type": option["type"], "options": self::options(state, &option["options"], rest, focused)}]);
    }
    let mut given: Vec<(&Value, String)> = Vec::new();
    for word in words {
        let named = word.split_once('=').and_then(|(name, value)| Some((options.iter().find(|option| option["name"] == name)?, value)));
        match (named, given.last_mut()) {
            (Some((option, value)), _) => given.push((option, value.to_owned())),
            (None, Some((_, value))) => *value += &format!(" {word}"),
            (None, None) => panic!("{word} belongs to no option; these are: {}", names(options)),
        }
    }
    if let Some((name, so_far)) = focused {
        let option = options.iter().find(|option| option["name"] == name).unwrap_or_else(|| panic!("{name} is no option; these are: {}", names(options)));
        assert!(option["autocomplete"] == true, "{name} is not completed");
        let mut all: Vec<Value> = given.iter().map(|(option, value)| entered(state, option, value)).collect();
        all.push(json!({"name": name, "type": option["type"], "value": so_far, "focused": true}));
        return Value::Array(all);
    }
    for option in options.iter().filter(|option| option["required"] == true) {
        assert!(given.iter().any(|(known, _)| known["name"] == option["name"]), "{} is required, the client does not send without it", option["name"]);
    }
    given.iter().map(|(option, value)| entered(state, option, value)).collect()
}

/// What the client makes of what is entered in one option.
fn entered(state: &State, option: &Value, text: &str) -> Value {
    let name = &option["name"];
    let choices = list(&option["choices"]);
    let within = |value: f64, least: &str, most: &str| {
        let fits = option[least].as_f64().is_none_or(|least| value >= least) && option[most].as_f64().is_none_or(|most| value <= most);
        assert!(fits, "{name}: {text} is not within {least} and {most}");
    };
    let value = match option["type"].as_u64() {
        Some(3 | 4 | 10) if !choices.is_empty() => {
            let choice = choices.iter().find(|choice| choice["name"] == text);
            choice.unwrap_or_else(|| panic!("{name} has no choice {text}; these are: {}", names(choices)))["value"].clone()
        }
        Some(3) => {
            let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            assert!(length <= 6000, "{name} is longer than Discord takes");
            within(f64::from(length), "min_length", "max_length");
            json!(text)
        }
        Some(4) => {
            let number: i32 = text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text}"));
            within(f64::from(number), "min_value", "max_value");
            json!(number)
        }
        Some(5) => json!(match text {
            "true" | "True" | "是" => true,
            "false" | "False" | "否" => false,
            other => panic!("{name} is yes or no, not {other}"),
        }),
        Some(6) => {
            let person = state.members.iter().find(|member| text.strip_prefix('@') == Some(&member.name));
            json!(person.unwrap_or_else(|| panic!("{name} is a person, such as @张敏, not {text}")).id.to_string())
        }
        Some(7) => {
            let channel = state.channels.iter().find(|channel| channel.dm.is_none() && text.strip_prefix('#') == Some(&channel.name));
            json!(channel.unwrap_or_else(|| panic!("{name} is a channel, such as #社保股, not {text}")).id.to_string())
        }
        Some(10) => {
            let number: f64 = text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}"));
            within(number, "min_value", "max_value");
            json!(number)
        }
        other => panic!("{name}: options of type {other:?} are not entered here"),
    };
    json!({"name": name, "type": option["type"], "value": value})
}

/// The type of the option that is being typed.
pub fn focused(options: &Value) -> Option<u64> {
    let focused = |option: &Value| if option["focused"] == true { option["type"].as_u64() } else { self::focused(&option["options"]) };
    list(options).iter().find_map(focused)
}

/// The people that the options name.
fn resolved(state: &State, options: &Value) -> Value {
    let mut resolved = json!({"users": {}, "members": {}, "channels": {}});
    let mut open: Vec<&Value> = list(options).iter().collect();
    while let Some(option) = open.pop() {
        open.extend(list(&option["options"]));
        let id = option["value"].as_str().unwrap_or_default();
        let number = id.parse().unwrap_or_default();
        match option["type"].as_u64() {
            Some(6) => {
                resolved["users"][id] = state.user_json(number);
                resolved["members"][id] = state.member_json();
            }
            Some(7) => {
                let mut channel = state.channel(number).map(|channel| state.channel_json(channel)).unwrap_or_default();
                channel["permissions"] = json!(super::shapes::PERMISSIONS);
                resolved["channels"][id] = channel;
            }
            _ => {}
        }
    }
    resolved
}
