//! What the generated method of an operation takes and gives, read from its syntax tree.

use syn::Type;

/// The generated method of one operation.
#[derive(Clone)]
pub struct Method {
    /// The operation's id in the pinned document.
    pub id: String,
    /// The method's name.
    pub name: syn::Ident,
    /// HTTP method, upper case.
    pub http: String,
    /// The path template.
    pub path: String,
    /// The arguments, in the order of the method.
    pub parameters: Vec<Parameter>,
}

/// One argument of a generated method.
#[derive(Clone)]
pub struct Parameter {
    /// The argument's name.
    pub name: syn::Ident,
    /// The published name.
    pub wire: String,
    /// Where it travels.
    pub place: Place,
    /// Its type, as the method takes it.
    pub kind: Type,
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// As the JSON body.
    Body,
    /// As a body of bytes.
    RawBody,
}

impl Parameter {
    /// The type inside `Option`, if it is one.
    pub fn optional(&self) -> Option<&Type> {
        inside_option(&self.kind)
    }
}

/// The `T` of an `Option<T>`.
pub(super) fn inside_option(kind: &Type) -> Option<&Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
        }
        _ => None,
    }
}
