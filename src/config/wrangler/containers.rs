//! Containers that run beside Durable Objects.

use super::table::{choice, table};
use crate::config::origin::{Origin, Spanned};

table! {
    /// One of `containers`: what of it matters to a local run.
    pub struct Container {
        /// The place of the table.
        origin: Origin,
        /// The application's name.
        name: Option<Spanned<String>>,
        /// The Durable Object class it runs beside.
        class_name: Option<Spanned<String>>,
        /// A path to a Dockerfile, or an image.
        image: Option<Spanned<String>>,
        /// The most instances at a time.
        max_instances: Option<Spanned<f64>>,
        /// What starts and stops instances.
        scheduling_policy: Option<Spanned<SchedulingPolicy>>,
    }
}

choice! {
    /// `scheduling_policy` of a container.
    pub enum SchedulingPolicy {
        /// The platform.
        Default = "default",
        /// The Durable Object it belongs to.
        DurableObject = "durable_object",
        /// The platform, in many places.
        Moon = "moon",
        /// The platform, by region.
        Regional = "regional",
    }
}
