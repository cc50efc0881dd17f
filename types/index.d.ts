/** Declares the modules that tests and Vitest configs import: `"types": ["wpt-gen/types"]` in a tsconfig.json. */

/// <reference path="./test/env.d.ts" />
/// <reference path="./test/events.d.ts" />
/// <reference path="./test/fetch-mock.d.ts" />
/// <reference path="./test/internal.d.ts" />
/// <reference path="./test/objects.d.ts" />
/// <reference path="./test/pages.d.ts" />
/// <reference path="./test/storage.d.ts" />
/// <reference path="./test/workflows.d.ts" />
/// <reference path="./config/bindings.d.ts" />
/// <reference path="./config/modules.d.ts" />
/// <reference path="./config/options.d.ts" />
/// <reference path="./config/services.d.ts" />
/// <reference path="./config/worker.d.ts" />
