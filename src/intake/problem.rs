//! Problem details (RFC 9457): what a machine is answered when its delivery was not taken, and what its keeper should do about it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::event::Malformed;
use super::signature::SignatureError;

/// The media type of the answer.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// 问题说明:请求没有被接受的原因和处理办法
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// 问题类型,例如 /problems/malformed-event
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// 问题名称
    pub title: &'static str,
    /// HTTP 状态码
    pub status: u16,
    /// 该怎么办
    pub detail: String,
    /// 这一次请求的编号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// 有误的字段
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// Seconds to wait before trying again; sent as the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

/// 一个有误的字段
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// 字段位置(JSON Pointer),例如 /data/amount
    pub pointer: String,
    /// 该怎么改
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem { kind, title, status: status.as_u16(), detail: detail.into(), instance: None, errors: Vec::new(), retry_after: None }
    }

    /// 401: unsigned, wrongly signed, or from a source nobody knows; the three are answered alike.
    pub fn bad_signature() -> Problem {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "/problems/bad-signature",
            "签名不符",
            "请核对来源名称、密钥和签名方法(Standard Webhooks,HMAC-SHA256),再重新发送。",
        )
    }

    /// 401: signed too long ago, or in the future.
    pub fn stale_timestamp() -> Problem {
        let detail = "webhook-timestamp 应为整数秒,与本机时间相差不超过 5 分钟。请校准发送方的时钟,用新的时间重新签名后再发。";
        Problem::new(StatusCode::UNAUTHORIZED, "/problems/stale-timestamp", "时间不符", detail)
    }

    /// 413, with the limit in bytes.
    pub fn too_large(limit: u64) -> Problem {
        let detail = format!("内容超过上限 {limit} 字节。请分成几次发送,或用 application/x-ndjson 分批发送。");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", "内容太大", detail)
    }

    /// 408
    pub fn too_slow() -> Problem {
        let detail = "内容没有在规定时间内传完,这一次没有接受。请检查网络后用同一 webhook-id 重新发送。";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "/problems/too-slow", "传送太慢", detail)
    }

    /// 415
    pub fn unsupported_media_type() -> Problem {
        let detail = "请用 application/json 发送单个事件,或用 application/x-ndjson 分批发送(一行一个事件)。";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/unsupported-media-type", "内容类型不支持", detail)
    }

    /// 422: it is kept in quarantine; a corrected one may be sent under the same id.
    pub fn malformed(malformed: &Malformed) -> Problem {
        let detail = "内容有误,已原样留存待处理。请按 errors 改正后用同一 webhook-id 重新发送。";
        let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "/problems/malformed-event", "事件内容有误", detail);
        problem.errors.push(FieldProblem { pointer: malformed.field.clone(), detail: malformed.reason.clone() });
        problem
    }

    /// 409
    pub fn id_reused() -> Problem {
        let detail = "这个 webhook-id 已用于另一份内容,那一份已经接受。新的内容请用新的 webhook-id 发送。";
        Problem::new(StatusCode::CONFLICT, "/problems/id-reused", "编号重复使用", detail)
    }

    /// 503: the service as a whole is busy. `retry_after` in seconds.
    pub fn busy(retry_after: u32) -> Problem {
        let detail = format!("正在处理的内容较多,这一次没有接受。请在 {retry_after} 秒后用同一 webhook-id 重新发送。");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/busy", "服务繁忙", detail).after(retry_after)
    }

    /// 429: this source sends too fast. `retry_after` in seconds.
    pub fn too_many_requests(retry_after: u32) -> Problem {
        let detail = format!("发送太快,这一次没有接受。请在 {retry_after} 秒后用同一 webhook-id 重新发送。");
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many-requests", "发送太快", detail).after(retry_after)
    }

    /// 503: nothing can be written. `retry_after` in seconds.
    pub fn storage_full(retry_after: u32) -> Problem {
        let detail = format!("存储空间不足,这一次没有接受,没有留下任何内容。请通知信息中心,{retry_after} 秒后再用同一 webhook-id 重新发送。");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/storage-full", "存储空间不足", detail).after(retry_after)
    }

    /// Names the very request this is about.
    #[must_use]
    pub fn about(mut self, instance: impl Into<String>) -> Problem {
        self.instance = Some(instance.into());
        self
    }

    fn after(mut self, seconds: u32) -> Problem {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<SignatureError> for Problem {
    fn from(error: SignatureError) -> Problem {
        match error {
            SignatureError::Timestamp | SignatureError::Stale => Problem::stale_timestamp(),
            SignatureError::Missing(_) | SignatureError::Id | SignatureError::Wrong => Problem::bad_signature(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_named_and_the_value_is_not_told() {
        let problem = Problem::malformed(&Malformed::data("amount", "金额不能为负数")).about("msg_1");
        insta::assert_json_snapshot!(problem, @r#"
        {
          "type": "/problems/malformed-event",
          "title": "事件内容有误",
          "status": 422,
          "detail": "内容有误,已原样留存待处理。请按 errors 改正后用同一 webhook-id 重新发送。",
          "instance": "msg_1",
          "errors": [
            {
              "pointer": "/data/amount",
              "detail": "金额不能为负数"
            }
          ]
        }
        "#);
    }

    #[test]
    fn each_answers_with_its_status_and_when_to_come_again() {
        for (problem, status, retry) in [
            (Problem::from(SignatureError::Wrong), 401, None),
            (Problem::from(SignatureError::Timestamp), 401, None),
            (Problem::too_large(1 << 20), 413, None),
            (Problem::unsupported_media_type(), 415, None),
            (Problem::id_reused(), 409, None),
            (Problem::too_many_requests(2), 429, Some("2")),
            (Problem::busy(5), 503, Some("5")),
            (Problem::storage_full(60), 503, Some("60")),
        ] {
            let response = problem.into_response();
            let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap());
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(header(header::CONTENT_TYPE), Some(MEDIA_TYPE));
            assert_eq!(header(header::RETRY_AFTER), retry);
        }
    }
}
