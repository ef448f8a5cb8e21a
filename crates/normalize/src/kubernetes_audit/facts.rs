//! What a record says, worked out once: the request that its URI and its
//! object reference describe together, the times, the token it carries.
//!
//! The URI comes first and the object reference second, because a public log
//! lacks the namespace in the latter. Texts leave through [`Facts::clean`].

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::Timestamp;

use super::envelope::{Found, Origin};
use super::named::Named;
use super::raw::{ObjectRef, RawEvent, Texts, User};
use super::uri::Uri;
use crate::json::Text;
use crate::jwt::{self, Claims};
use crate::redact::{self, Bodies};
use crate::reject::RejectReason;
use crate::rows::{Family, Value, row_makers};

/// The Kubernetes audit log as a family of rows.
pub(crate) struct Audit;

impl Family for Audit {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Audit, Facts);

/// How much of a cluster a request is about.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    Cluster,
    Namespace,
    Object,
}

/// A record with its request worked out.
pub(crate) struct Facts<'a> {
    pub(crate) raw: &'a RawEvent<'a>,
    /// What the envelopes around the record say.
    pub(crate) origin: &'a Origin<'a>,
    pub(crate) uri: Uri<'a>,
    /// When the request was received, as far as the record knows.
    pub(crate) time: Option<Timestamp>,
    /// The record was put together from an entry, which knows of no URI.
    from_entry: bool,
    redact: bool,
    claims: OnceCell<Option<Claims>>,
    named: OnceCell<Option<Box<Named>>>,
}

/// The text of an optional member; an empty one says nothing.
pub(crate) fn text<'t>(member: Option<&'t Text<'_>>) -> Option<&'t str> {
    member.map(Text::as_str).filter(|text| !text.is_empty())
}

/// A time as the API server writes it, or as collectors rewrite it: with a
/// space and no zone, which is UTC.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let (date, clock) = text.split_once(' ')?;
        Timestamp::parse(&format!("{date}T{clock}Z"))
    })
}

/// The time of a record: when the request was received, else the time of
/// older versions, else when the stage was reached, else when the record was
/// created. None if the record has no time field at all.
pub(crate) fn event_time(raw: &RawEvent<'_>) -> Result<Option<Timestamp>, RejectReason> {
    let created = raw
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.created.as_ref());
    let fields = [
        raw.request_received.as_ref(),
        raw.time.as_ref().map(|time| &time.0),
        raw.stage_time.as_ref(),
        created,
    ];
    let mut texts = fields.into_iter().filter_map(text).peekable();
    if texts.peek().is_none() {
        return Ok(None);
    }
    texts.find_map(time).map(Some).ok_or(RejectReason::BadTime)
}

impl<'a> Facts<'a> {
    pub(crate) fn new(found: &Found<'a>, time: Option<Timestamp>, redact: bool) -> Self {
        Self {
            raw: found.raw,
            origin: found.origin,
            uri: found.place(),
            from_entry: found.entry.is_some(),
            time,
            redact,
            claims: OnceCell::new(),
            named: OnceCell::new(),
        }
    }

    pub(crate) fn is_redacting(&self) -> bool {
        self.redact
    }

    /// A text on its way out.
    pub(crate) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        redact::text(text, self.redact)
    }

    /// A text as the value of a row.
    pub(crate) fn value<'t>(&self, text: Option<&'t str>) -> Value<'t> {
        text.map_or(Value::Absent, |text| Value::Text(self.clean(text)))
    }

    /// A list of texts as one value.
    pub(crate) fn joined(&self, texts: Option<&Texts<'_>>) -> Value<'static> {
        let Some(texts) = texts else {
            return Value::Absent;
        };
        let mut joined = String::new();
        for text in &texts.0 {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(&self.clean(text.as_str()));
        }
        Value::Text(Cow::Owned(joined))
    }

    /// The request URI on its way out.
    pub(crate) fn clean_uri(&self) -> Value<'_> {
        match text(self.raw.request_uri.as_ref()) {
            None => Value::Absent,
            Some(text) if self.redact => Value::Text(redact::uri(text)),
            Some(text) => Value::Text(Cow::Borrowed(text)),
        }
    }

    fn object(
        &self,
        member: impl Fn(&'a ObjectRef<'a>) -> Option<&'a Text<'a>>,
    ) -> Option<&'a str> {
        text(self.raw.object_ref.as_ref().and_then(member))
    }

    pub(crate) fn verb(&self) -> &str {
        text(self.raw.verb.as_ref()).unwrap_or_default()
    }

    pub(crate) fn username(&self) -> Option<&str> {
        text(
            self.raw
                .user
                .as_ref()
                .and_then(|user| user.username.as_ref()),
        )
    }

    pub(crate) fn resource(&self) -> Option<&str> {
        self.uri
            .resource
            .as_deref()
            .or_else(|| self.object(|object| object.resource.as_ref()))
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.uri
            .namespace
            .as_deref()
            .or_else(|| self.object(|object| object.namespace.as_ref()))
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.uri
            .name
            .as_deref()
            .or_else(|| self.object(|object| object.name.as_ref()))
            .or_else(|| self.uri.selected_name())
    }

    pub(crate) fn object_uid(&self) -> Option<&str> {
        self.object(|object| object.uid.as_ref())
    }

    pub(crate) fn subresource(&self) -> Option<&str> {
        self.uri
            .subresource
            .as_deref()
            .or_else(|| self.object(|object| object.subresource.as_ref()))
    }

    pub(crate) fn api_group(&self) -> Option<&str> {
        let group = self.uri.group.as_deref().filter(|group| !group.is_empty());
        group.or_else(|| self.object(|object| object.api_group.as_ref()))
    }

    pub(crate) fn api_version(&self) -> Option<&str> {
        self.uri
            .version
            .as_deref()
            .or_else(|| self.object(|object| object.api_version.as_ref()))
    }

    /// How much of the cluster the request is about; none for a non-resource
    /// request, and none if an entry does not name the place. A creation is
    /// about the place that its URI names, or would name.
    pub(crate) fn scope(&self) -> Option<Scope> {
        self.resource()?;
        if self.uri.resource.is_some() {
            let one = self.uri.name.is_some() || self.uri.selected_name().is_some();
            return Some(match (one, &self.uri.namespace) {
                (true, _) => Scope::Object,
                (false, Some(_)) => Scope::Namespace,
                (false, None) => Scope::Cluster,
            });
        }
        if self.from_entry {
            return None;
        }
        let creation = self.verb() == "create" && self.subresource().is_none();
        let name = self.object(|object| object.name.as_ref());
        Some(if name.is_some() && !creation {
            Scope::Object
        } else if self.object(|object| object.namespace.as_ref()).is_some() {
            Scope::Namespace
        } else {
            Scope::Cluster
        })
    }

    pub(crate) fn annotation(&self, name: &str) -> Option<&str> {
        text(
            self.raw
                .annotations
                .as_ref()
                .and_then(|annotations| annotations.get(name)),
        )
    }

    /// The first value of an extra of the user.
    pub(crate) fn extra(&self, name: &str) -> Option<&str> {
        let extra = self.raw.user.as_ref()?.extra.as_ref()?;
        text(extra.get(name)?.0.first())
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.raw
            .response_status
            .as_ref()
            .and_then(|status| status.code)
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        let status = || {
            self.raw
                .response_status
                .as_ref()
                .and_then(|status| status.reason.as_ref())
        };
        self.annotation("authorization.k8s.io/reason")
            .or_else(|| text(status()))
    }

    pub(crate) fn impersonated(&self) -> Option<&User<'a>> {
        self.raw.impersonated_user.as_ref()
    }

    /// Namespace and name of the service account that acts.
    pub(crate) fn service_account(&self) -> Option<(&str, &str)> {
        self.username()?
            .strip_prefix("system:serviceaccount:")?
            .split_once(':')
    }

    /// The claims of a token in the URI or in the user agent.
    pub(crate) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let places = [self.raw.request_uri.as_ref(), self.raw.user_agent.as_ref()];
            places
                .into_iter()
                .filter_map(text)
                .find_map(jwt::first_claims)
        };
        self.claims.get_or_init(find).as_ref()
    }

    /// The names that the body of the request holds, for those who ask.
    pub(super) fn named(&self) -> Option<&Named> {
        self.named.get_or_init(|| Named::of(self)).as_deref()
    }

    /// What is to become of the bodies in the raw record. Either name of the
    /// resource is enough to call a body a secret.
    pub(crate) fn bodies(&self) -> Bodies {
        let written = (
            self.object(|object| object.resource.as_ref()),
            self.object(|object| object.subresource.as_ref()),
        );
        let asked = (
            self.uri.resource.as_deref(),
            self.uri.subresource.as_deref(),
        );
        let secret = |(resource, subresource): (Option<&str>, Option<&str>)| match resource {
            Some(
                "secrets"
                | "tokenreviews"
                | "tokenrequests"
                | "oauthaccesstokens"
                | "oauthauthorizetokens",
            ) => true,
            Some("serviceaccounts") => subresource == Some("token"),
            _ => false,
        };
        if secret(written) || secret(asked) {
            Bodies::Cut
        } else {
            Bodies::Clean
        }
    }
}
