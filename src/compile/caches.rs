//! The Cache API: who answers it.

use serde_json::json;

use crate::{
    bundle::simulators::{CACHE, NO_CACHE},
    config::vitest::WorkerOptions,
    plan::ServiceRef,
};

/// Who answers the Cache API of a Worker with these options, if it `uses` it.
pub(super) fn outbound(options: &WorkerOptions, uses: bool) -> Option<ServiceRef> {
    if !uses {
        return None;
    }
    let keeps = options.cache_api.as_ref().is_none_or(|keeps| keeps.value);
    Some(ServiceRef::simulator(Some(if keeps { CACHE } else { NO_CACHE }), json!({ "id": "" })))
}
