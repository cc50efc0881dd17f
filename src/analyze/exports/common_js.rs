//! `CommonJS` exports, as packages have them: written by hand, or by TypeScript's and esbuild's compilers.

use oxc::ast::ast::{Argument, AssignmentTarget, CallExpression, Expression, ObjectPropertyKind};

use super::{
    facts::{Form, Star, Value},
    read::Reader,
};

/// Notes the exports that a statement of a module's top level makes.
pub(super) fn statement(reader: &mut Reader, expression: &Expression<'_>) {
    match expression {
        Expression::AssignmentExpression(assignment) => {
            let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else { return };
            let name = target.property.name.as_str();
            if is_module_exports(&target.object, name) {
                whole(reader, &assignment.right);
            } else if is_exports(&target.object) && !is_void(&assignment.right) {
                let value = reader.value(&assignment.right);
                reader.facts.exports.insert(name.to_owned(), value);
            }
        }
        Expression::CallExpression(call) => self::call(reader, call),
        _ => {}
    }
}

/// `module.exports = …`
fn whole(reader: &mut Reader, value: &Expression<'_>) {
    if let Expression::ObjectExpression(object) = value {
        for property in object.properties.iter().filter_map(ObjectPropertyKind::as_property) {
            if let Some(name) = property.key.static_name() {
                let value = reader.value(&property.value);
                reader.facts.exports.insert(name.to_string(), value);
            }
        }
        // The default import is then all of these.
        return;
    }
    let value = reader.value(value);
    reader.facts.exports.insert("default".to_owned(), value);
}

/// `Object.defineProperty(exports, "name", { get() { return value } })` and `__exportStar(require("x"), exports)`
fn call(reader: &mut Reader, call: &CallExpression<'_>) {
    let arguments: Vec<_> = call.arguments.iter().filter_map(Argument::as_expression).collect();
    if call.callee.is_specific_member_access("Object", "defineProperty")
        && let [target, Expression::StringLiteral(name), descriptor] = arguments[..]
        && is_exports(target)
        && let Some(value) = getter_value(reader, descriptor)
    {
        reader.facts.exports.insert(name.value.to_string(), value);
    } else if let [Expression::CallExpression(required), target] = arguments[..]
        && is_exports(target)
        && let Some(module) = required.common_js_require()
    {
        let line = reader.lines.at(call.span.start);
        reader.facts.stars.push(Star { specifier: module.value.to_string(), line });
    }
}

fn getter_value(reader: &Reader, descriptor: &Expression<'_>) -> Option<Value> {
    let Expression::ObjectExpression(descriptor) = descriptor else { return None };
    let named = |name: &str| {
        descriptor
            .properties
            .iter()
            .filter_map(ObjectPropertyKind::as_property)
            .find(|property| property.key.static_name().is_some_and(|key| key == name))
    };
    if let Some(value) = named("value") {
        return (!matches!(value.value, Expression::BooleanLiteral(_))).then(|| reader.value(&value.value));
    }
    let returned = reader.value(&named("get")?.value);
    match returned.form {
        Form::Function { returns, .. } => returns.map(|value| *value),
        _ => None,
    }
}

fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::Identifier(name) => name.name == "exports",
        Expression::StaticMemberExpression(member) => {
            is_module_exports(&member.object, member.property.name.as_str())
        }
        _ => false,
    }
}

fn is_module_exports(object: &Expression<'_>, property: &str) -> bool {
    property == "exports" && matches!(object, Expression::Identifier(name) if name.name == "module")
}

/// `exports.a = exports.b = void 0`, by which TypeScript names what follows.
fn is_void(value: &Expression<'_>) -> bool {
    match value {
        Expression::UnaryExpression(_) => true,
        Expression::AssignmentExpression(assignment) => is_void(&assignment.right),
        _ => false,
    }
}
