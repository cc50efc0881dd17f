//! Images are decoded and transformed by Node, if the project has `sharp`.

use std::io;

use camino::Utf8Path;

use crate::{
    home::package_from,
    plan::{Binding, BindingKind, Plan, Provenance, SIMULATORS, Service, ServiceKind, ServiceTarget, Worker},
    project::Project,
    runtime::{images::ImageServer, launch::Launcher},
};

/// The simulators' module for the Images binding, and its name for who decodes images.
const MODULE: &str = "images.js";
const BINDING: &str = "IMAGES_NODE";
/// The service that is the Node process.
const SERVICE: &str = "wpt:images";

/// Starts Node if something is bound to images and the project has `sharp`, and leads the simulators of `plan` to it.
pub(super) fn serve(
    plan: &mut Plan,
    project: &Project,
    launcher: &Launcher,
    folder: &Utf8Path,
) -> io::Result<Option<ImageServer>> {
    let Some(simulators) = simulators_with_images(plan) else { return Ok(None) };
    let Some(sharp) = package_from(&project.root, "sharp") else { return Ok(None) };
    let because = Provenance::rule("images", "sharp, which the project has installed");
    let target = ServiceTarget::Named(SERVICE.to_owned());
    let kind = BindingKind::Service { target, entrypoint: None, props: None };
    simulators.bindings.push(Binding { name: BINDING.to_owned(), kind, provenance: because.clone() });
    let server = ImageServer::start(launcher, &project.home.runner_js("node/images.mjs"), &sharp, folder)?;
    let kind = ServiceKind::External { address: Some(server.address()), https: None };
    plan.services.push(Service { name: SERVICE.to_owned(), kind, provenance: because });
    Ok(Some(server))
}

fn simulators_with_images(plan: &mut Plan) -> Option<&mut Worker> {
    let service = plan.services.iter_mut().find(|service| service.name == SIMULATORS)?;
    let ServiceKind::Worker(worker) = &mut service.kind else { return None };
    worker.modules.iter().any(|module| module.name == MODULE).then_some(worker)
}
