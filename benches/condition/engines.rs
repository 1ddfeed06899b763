//! The same condition in three engines for embedding, each in its most favourable usual way: compiled once, every payment laid ready in the engine's own
//! shape before anything is timed, amounts as whole numbers. Inside the loop is one evaluation and the reading of its answer, nothing else.

use std::sync::Arc;

use cel::{Context, Env, Program};
use rhai::{AST, Engine};
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Expression, Variable};

use super::payments::Plain;

pub struct Zen {
    expression: Expression<Standard>,
    /// Its stack is used again.
    vm: VM,
    payments: Vec<zen_expression::Scope>,
}

impl Zen {
    pub fn new(payments: &[Plain]) -> Zen {
        let source = "amount >= 5000000 or settlement in ['现金', '现金支票'] \
            and (contains(purpose, '差旅') or contains(purpose, '办公') or contains(purpose, '会议'))";
        let scope = |plain: &Plain| {
            let fields = serde_json::json!({ "amount": plain.amount, "settlement": plain.settlement, "purpose": plain.purpose.unwrap_or_default() });
            zen_expression::Scope::new(Variable::from(fields))
        };
        Zen { expression: zen_expression::compile_expression(source).unwrap(), vm: VM::new(), payments: payments.iter().map(scope).collect() }
    }

    pub fn judge(&mut self, n: usize) -> bool {
        self.expression.evaluate_with_scope(&self.payments[n], &mut self.vm).unwrap().as_bool().unwrap()
    }
}

pub struct Cel {
    program: Program,
    payments: Vec<Context<'static, 'static>>,
}

impl Cel {
    pub fn new(payments: &[Plain]) -> Cel {
        let source = "amount >= 5000000 || settlement in ['现金', '现金支票'] \
            && (purpose.contains('差旅') || purpose.contains('办公') || purpose.contains('会议'))";
        let env = Arc::new(Env::stdlib());
        let context = |plain: &Plain| {
            let mut context = Context::with_env(env.clone());
            context.add_variable_from_value("amount", plain.amount);
            context.add_variable_from_value("settlement", plain.settlement);
            context.add_variable_from_value("purpose", plain.purpose.unwrap_or_default());
            context
        };
        Cel { program: env.compile(source).unwrap(), payments: payments.iter().map(context).collect() }
    }

    pub fn judge(&self, n: usize) -> bool {
        self.program.execute(&self.payments[n]).unwrap() == cel::Value::Bool(true)
    }
}

pub struct Rhai {
    engine: Engine,
    ast: AST,
    payments: Vec<rhai::Scope<'static>>,
}

impl Rhai {
    pub fn new(payments: &[Plain]) -> Rhai {
        let source = r#"amount >= 5000000 || settlement in ["现金", "现金支票"]
            && (purpose.contains("差旅") || purpose.contains("办公") || purpose.contains("会议"))"#;
        let scope = |plain: &Plain| {
            let mut scope = rhai::Scope::new();
            scope.push_constant("amount", plain.amount);
            scope.push_constant("settlement", plain.settlement.to_owned());
            scope.push_constant("purpose", plain.purpose.unwrap_or_default().to_owned());
            scope
        };
        let engine = Engine::new();
        Rhai { ast: engine.compile_expression(source).unwrap(), engine, payments: payments.iter().map(scope).collect() }
    }

    pub fn judge(&mut self, n: usize) -> bool {
        self.engine.eval_ast_with_scope(&mut self.payments[n], &self.ast).unwrap()
    }
}
