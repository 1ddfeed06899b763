//! The description of the machines' door (接口说明), made from the very types that read the events.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{Discriminator, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use super::event::Event;
use super::problem::{FieldProblem, MEDIA_TYPE, Problem};

/// The whole description, OpenAPI 3.1.
pub fn document() -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("警铃")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("财政扶贫资金动态监控:接收指标、支付、发放明细、绩效和人口信息")),
        )
        .paths(PathsBuilder::new().path("/webhooks/{source}", PathItem::new(HttpMethod::Post, receive())))
        .components(Some(schemas().build()))
        .build()
}

fn receive() -> OperationBuilder {
    let body = RequestBodyBuilder::new()
        .description(Some("单个事件(不超过 1 MiB),或分批(不超过 64 MiB,一行一个事件)"))
        .content("application/json", ContentBuilder::new().schema(Some(Ref::from_schema_name("Event"))).build())
        .content("application/x-ndjson", ContentBuilder::new().schema(Some(text("一行一个事件,每行各自处理"))).build())
        .required(Some(Required::True))
        .build();
    let parameters = [
        parameter("source", ParameterIn::Path, "来源名称,由信息中心分配"),
        parameter("webhook-id", ParameterIn::Header, "本次发送的编号,1 至 200 个可见英文字符;重发时不变"),
        parameter("webhook-timestamp", ParameterIn::Header, "发送时间,1970 年起的整数秒,相差不超过 300 秒"),
        parameter("webhook-signature", ParameterIn::Header, "v1,<base64>:以密钥对「编号.时间.内容」计算 HMAC-SHA256;可有几个,以空格分开"),
    ];
    let mut operation = OperationBuilder::new()
        .operation_id(Some("receive"))
        .summary(Some("接收事件"))
        .description(Some("写入以后才答复成功。同一编号重发,答复相同,不会重复处理。"))
        .request_body(Some(body))
        .response("200", ResponseBuilder::new().description("已接受(分批时逐行给出结果)"));
    for parameter in parameters {
        operation = operation.parameter(parameter);
    }
    for (status, description) in [
        ("401", "签名或时间不符"),
        ("409", "编号已用于另一份内容"),
        ("413", "内容太大"),
        ("415", "内容类型不支持"),
        ("422", "内容有误,已留存;改正后用同一编号重发"),
        ("429", "发送太快,请稍后重发"),
        ("503", "服务繁忙或存储空间不足,请稍后重发"),
    ] {
        operation = operation.response(status, problem(description, matches!(status, "429" | "503")));
    }
    operation
}

fn parameter(name: &str, place: ParameterIn, description: &str) -> Parameter {
    ParameterBuilder::new().name(name).parameter_in(place).required(Required::True).description(Some(description)).schema(Some(text(""))).build()
}

fn problem(description: &str, comes_again: bool) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content);
    let seconds = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Integer))).description(Some("几秒后重发")).build();
    if comes_again { response.header("Retry-After", seconds).build() } else { response.build() }
}

fn text(description: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description).filter(|d| !d.is_empty())).into()
}

/// One envelope schema per type, told apart by `type`, each with its own `data`.
fn schemas() -> ComponentsBuilder {
    let mut components = ComponentsBuilder::new().schema(Problem::name(), Problem::schema()).schema(FieldProblem::name(), FieldProblem::schema());
    let mut any = OneOfBuilder::new();
    let mut mapping = Vec::new();
    for kind in Event::schemas() {
        let envelope = format!("{}Event", kind.schema_name);
        let object = ObjectBuilder::new()
            .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.type_name])))
            .property("timestamp", ObjectBuilder::new().schema_type(Type::String).description(Some("来源写出事件的时间,RFC 3339,带时区")))
            .property("data", Ref::from_schema_name(&kind.schema_name))
            .required("type")
            .required("timestamp")
            .required("data");
        any = any.item(Ref::from_schema_name(&envelope));
        mapping.push((kind.type_name, Ref::from_schema_name(&envelope).ref_location));
        components = components.schema(kind.schema_name, kind.schema).schema(envelope, object);
    }
    components.schema("Event", any.discriminator(Some(Discriminator::with_mapping("type", mapping))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_type_is_described() {
        let json = serde_json::to_value(document()).unwrap();
        let mapping = &json["components"]["schemas"]["Event"]["discriminator"]["mapping"];
        for name in Event::TYPES {
            let envelope = mapping[name].as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
            let envelope = &json["components"]["schemas"][envelope];
            assert_eq!(envelope["properties"]["type"]["enum"][0], *name);
            let data = envelope["properties"]["data"]["$ref"].as_str().unwrap();
            assert!(json.pointer(&data[1..]).is_some(), "{data} stands in the document");
        }
        assert_eq!(mapping.as_object().unwrap().len(), Event::TYPES.len());
        let operation = &json["paths"]["/webhooks/{source}"]["post"];
        assert_eq!(operation["parameters"].as_array().unwrap().len(), 4);
        assert_eq!(operation["requestBody"]["content"].as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_field_is_described_as_it_is_read() {
        let json = serde_json::to_value(document()).unwrap();
        let paid = &json["components"]["schemas"]["PaymentPaid"];
        assert_eq!(paid["required"], serde_json::json!(["voucher_no", "paid_at", "amount"]));
        assert_eq!(paid["properties"]["voucher_no"]["description"], "凭证号");
        assert_eq!(paid["properties"]["kind"]["enum"], serde_json::json!(["正常", "退款", "更正", "撤销"]));
        assert_eq!(paid["additionalProperties"], false);
    }
}
