//! What a machine sends and is answered. It signs by itself, so that the program's own signing is not its own witness.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// The secret that a source shares with the office.
pub fn secret(source: &str) -> String {
    format!("whsec_{}", STANDARD.encode(format!("{source:-<32}")))
}

/// `{"type", "timestamp", "data"}`
#[derive(Debug, Clone)]
pub struct Event {
    kind: &'static str,
    data: Map<String, Value>,
    told: Option<&'static str>,
}

impl Event {
    pub fn new(kind: &'static str, data: Value) -> Event {
        let Value::Object(data) = data else { panic!("the content of an event is an object") };
        Event { kind, data, told: None }
    }

    /// When the source wrote it, where that is not after it was done.
    pub fn told(self, at: &'static str) -> Event {
        Event { told: Some(at), ..self }
    }

    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Event {
        self.data.insert(field.to_owned(), value.into());
        self
    }

    /// A member of its content that is text.
    pub fn text_of(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap()
    }

    pub fn without(mut self, field: &str) -> Event {
        self.data.remove(field);
        self
    }

    /// Written in the morning, or on a later day as soon as it was done.
    pub fn text(&self) -> String {
        let done = self.data.iter().filter(|(field, _)| field.ends_with("_at")).filter_map(|(_, at)| at.as_str());
        let written = self.told.or_else(|| done.chain([super::MORNING]).max_by_key(|at| DateTime::parse_from_rfc3339(at).ok()));
        json!({ "type": self.kind, "timestamp": written, "data": self.data }).to_string()
    }
}

/// An allocation of 社保股, received and registered last week with all its elements: nothing of it is overdue this morning.
pub fn allocation(id: &str, amount: &str) -> Event {
    Event::new(
        "allocation.registered",
        json!({
            "allocation_id": id, "doc_no": "皖财办〔2026〕18号", "received_on": "2026-11-19", "registered_on": "2026-11-20",
            "fiscal_year": 2026, "fund_name": "困难群众救助补助资金", "fund_nature": "一般公共预算", "function_code": "2082001",
            "economic_code": "51301", "section": "business:social_security", "amount": amount,
        }),
    )
}

/// The scan of an allocation's document.
pub fn scan(id: &str) -> Event {
    Event::new("allocation.document_attached", json!({"allocation_id": id, "file_name": "指标文件.pdf", "sha256": "0".repeat(64)}))
}

/// An ordinary payment of this morning under the allocation ZB-1; every voucher has a payee of its own.
pub fn payment(voucher: &str, amount: &str) -> Event {
    Event::new(
        "payment.paid",
        json!({
            "voucher_no": voucher, "allocation_id": "ZB-1", "paid_at": "2026-11-23T09:30:00+08:00", "amount": amount, "settlement": "电子转账",
            "payee_name": "霍山县佛子岭镇农机服务部", "payee_account": format!("3415{voucher}"), "purpose": "购置农机具", "section": "business:social_security",
        }),
    )
}

/// A line of a payment: a monthly allowance to one person.
pub fn line(voucher: &str, line_no: u32, id_no: &str) -> Event {
    Event::new(
        "disbursement.listed",
        json!({
            "voucher_no": voucher, "fiscal_year": 2026, "line_no": line_no, "project_code": "DB2026", "town": "佛子岭镇", "name": "汪桂兰",
            "id_type": "居民身份证", "id_no": id_no, "basis": "按人", "due": "600.00", "paid": "600.00", "month": "11",
        }),
    )
}

/// Somebody on the register since 2020.
pub fn person(person_no: &str, id_no: &str) -> Event {
    Event::new(
        "beneficiary.registered",
        json!({
            "household_no": format!("H{person_no}"), "person_no": person_no, "name": "汪桂兰", "id_no": id_no, "town": "佛子岭镇",
            "effective_from": "2020-01-01",
        }),
    )
}

/// One request as it will go over the wire.
#[derive(Debug, Clone)]
pub struct Delivery {
    source: String,
    id: String,
    timestamp: String,
    body: Vec<u8>,
    media_type: &'static str,
    signing: Signing,
}

#[derive(Debug, Clone)]
enum Signing {
    With(String),
    As(String),
    No,
}

impl Delivery {
    pub fn new(source: &str, id: &str, timestamp: i64, body: Vec<u8>) -> Delivery {
        let signing = Signing::With(secret(source));
        Delivery { source: source.to_owned(), id: id.to_owned(), timestamp: timestamp.to_string(), body, media_type: "application/json", signing }
    }

    pub fn to(mut self, source: &str) -> Delivery {
        self.source = source.to_owned();
        self
    }

    pub fn under(mut self, id: &str) -> Delivery {
        self.id = id.to_owned();
        self
    }

    pub fn dated(mut self, timestamp: impl ToString) -> Delivery {
        self.timestamp = timestamp.to_string();
        self
    }

    pub fn saying(mut self, body: impl Into<Vec<u8>>) -> Delivery {
        self.body = body.into();
        self
    }

    pub fn signed_with(mut self, secret: &str) -> Delivery {
        self.signing = Signing::With(secret.to_owned());
        self
    }

    pub fn signed_as(mut self, signature: &str) -> Delivery {
        self.signing = Signing::As(signature.to_owned());
        self
    }

    pub fn unsigned(mut self) -> Delivery {
        self.signing = Signing::No;
        self
    }

    pub fn batch(self) -> Delivery {
        self.typed("application/x-ndjson")
    }

    pub fn typed(mut self, media_type: &'static str) -> Delivery {
        self.media_type = media_type;
        self
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("webhook-id", self.id.clone()), ("webhook-timestamp", self.timestamp.clone()), ("content-type", self.media_type.to_owned())];
        match &self.signing {
            Signing::With(secret) => headers.push(("webhook-signature", sign(secret, &self.id, &self.timestamp, &self.body))),
            Signing::As(signature) => headers.push(("webhook-signature", signature.clone())),
            Signing::No => {}
        }
        headers
    }

    pub fn request(self, http: &reqwest::Client, url: &str) -> reqwest::RequestBuilder {
        let request = http.post(format!("{url}/webhooks/{}", self.source));
        self.headers().into_iter().fold(request, |request, (name, value)| request.header(name, value)).body(self.body)
    }

    /// The bytes of the whole request, for a sender who does not wait for the answer.
    pub fn wire(&self) -> Vec<u8> {
        let mut wire = format!("POST /webhooks/{} HTTP/1.1\r\nhost: jingling\r\ncontent-length: {}\r\n", self.source, self.body.len());
        self.headers().iter().for_each(|(name, value)| wire += &format!("{name}: {value}\r\n"));
        let mut wire = (wire + "\r\n").into_bytes();
        wire.extend(&self.body);
        wire
    }

    /// The same without its last bytes, which never come.
    pub fn unfinished(&self) -> Vec<u8> {
        let mut wire = self.wire();
        wire.truncate(wire.len() - 10);
        wire
    }
}

impl From<&Delivery> for Delivery {
    fn from(delivery: &Delivery) -> Delivery {
        delivery.clone()
    }
}

/// HMAC-SHA256 over `id.timestamp.body`, as Standard Webhooks has it.
fn sign(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    /// The header `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
    pub body: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Answer {
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        Answer {
            status: response.status().as_u16(),
            media_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after").map(|seconds| seconds.parse().unwrap()),
            body: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// In one line: `200 accepted`, `422 malformed-event /data/amount 金额不能为负数`, `503 busy, again in 1 s`. Every line of a batch's answer follows.
    pub fn told(&self) -> String {
        let mut told = self.status.to_string();
        if self.media_type == "application/problem+json" {
            let problem = self.json();
            assert_eq!(problem["status"], self.status, "the status is told twice, and alike");
            told += &format!(" {}", problem["type"].as_str().unwrap().strip_prefix("/problems/").unwrap());
            for error in problem["errors"].as_array().into_iter().flatten() {
                told += &format!(" {} {}", error["pointer"].as_str().unwrap(), error["detail"].as_str().unwrap());
            }
        } else if self.media_type == "application/json" {
            told += &self.json()["status"].as_str().map(|word| format!(" {word}")).unwrap_or_default();
        } else {
            told += &format!("\n{}", self.body.trim_end());
        }
        told + &self.retry_after.map(|seconds| format!(", again in {seconds} s")).unwrap_or_default()
    }
}
