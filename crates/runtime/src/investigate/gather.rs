//! What the events of a detection tell together.

use super::read::Text;
use super::scene::{Scene, split};
use super::{Impersonated, Investigation, Names};

/// Adds the events up. What is no matter of events stays empty.
pub(super) fn gather(scenes: &[Scene<'_>]) -> Investigation {
    let one = |of: for<'s, 'e> fn(&'s Scene<'e>) -> &'s Option<Text<'e>>| {
        Names::of(
            scenes
                .iter()
                .filter_map(|scene| of(scene).as_deref().map(str::to_owned)),
        )
    };
    let many = |of: for<'s, 'e> fn(&'s Scene<'e>) -> &'s Vec<Text<'e>>| {
        Names::of(
            scenes
                .iter()
                .flat_map(|scene| of(scene).iter().map(ToString::to_string)),
        )
    };
    Investigation {
        actor: one(|scene| &scene.actor),
        login: one(|scene| &scene.login),
        groups: many(|scene| &scene.groups),
        impersonated: impersonated(scenes),
        credential_id: one(|scene| &scene.credential),
        issued_credential_id: one(|scene| &scene.issued),
        decision: many(|scene| &scene.decisions),
        reason: one(|scene| &scene.reason),
        source: many(|scene| &scene.sources),
        source_chain: chain(scenes),
        agent: one(|scene| &scene.agent),
        host: many(|scene| &scene.hosts),
        pod: Names::of(scenes.iter().filter_map(pod)),
        node: one(|scene| &scene.node),
        container: Names::of(scenes.iter().filter_map(|scene| {
            let name = scene
                .container_name
                .as_ref()
                .or(scene.container_id.as_ref());
            name.map(ToString::to_string)
        })),
        process: Names::of(scenes.iter().filter_map(|scene| scene.process.clone())),
        scope: one(|scene| &scene.scope),
        objects: Names::of(scenes.iter().flat_map(Scene::objects)),
        command: one(|scene| &scene.command),
        ..Investigation::default()
    }
}

/// The first impersonation; one detection is seldom about two.
fn impersonated(scenes: &[Scene<'_>]) -> Option<Impersonated> {
    let mut scenes = scenes.iter();
    let scene = scenes.find(|scene| scene.impersonated.is_some())?;
    Some(Impersonated {
        user: scene.impersonated.as_deref()?.to_owned(),
        groups: Names::of(split(scene.impersonated_groups.as_ref()).map(str::to_owned)),
    })
}

/// The chains of sources that have more than one link.
fn chain(scenes: &[Scene<'_>]) -> Names<String> {
    Names::of(scenes.iter().flat_map(|scene| {
        let links = split(scene.source_chain.as_ref());
        let several = links.clone().nth(1).is_some();
        links.filter(move |_| several).map(str::to_owned)
    }))
}

fn pod(scene: &Scene<'_>) -> Option<String> {
    let (namespace, name) = scene.pod.as_ref()?;
    Some(match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_string(),
    })
}
