# The part of workerd's configuration format that wpt-gen writes.
#
# Ids, field names, ordinals, types and defaults are facts of the format and must stay equal to
# those of `workerd.capnp` in the npm package `workerd`; `schema/check.py` proves that they are.
# Ordinals have to be contiguous, so some fields that wpt-gen never sets are declared too. Fields
# at the end of a struct that it never sets are left out: on the wire they are absent either way.
#
# After an edit run `schema/regenerate.py`, which writes `workerd.cgr`.

@0xe6afd26682091c01;

struct Config {
  # The root of a message: one workerd process.

  services @0 :List(Service);
  sockets @1 :List(Socket);
  v8Flags @2 :List(Text);
  extensions @3 :List(Extension);
  autogates @4 :List(Text);
  structuredLogging @5 :Bool = false;
  # One JSON object per log line. Newer workerd reads `logging` too.
  logging @6 :LoggingOptions;
}

struct LoggingOptions {
  structuredLogging @0 :Bool = false;
  stdoutPrefix @1 :Text;
  stderrPrefix @2 :Text;
}

struct Socket {
  # An address to listen on, and who answers there.

  name @0 :Text;
  # The key of `--socket-addr` and `--socket-fd` on workerd's command line.
  address @1 :Text;

  union {
    http @2 :HttpOptions;
    https :group {
      options @3 :HttpOptions;
      tlsOptions @4 :TlsOptions;
    }
  }

  service @5 :ServiceDesignator;
}

struct Service {
  # Something that can be bound to, by name.

  name @0 :Text;

  union {
    unspecified @1 :Void;
    worker @2 :Worker;
    network @3 :Network;
    external @4 :ExternalServer;
    disk @5 :DiskDirectory;
  }
}

struct ServiceDesignator {
  # A reference to a service, optionally to one of its entrypoints and with `ctx.props`.

  name @0 :Text;
  entrypoint @1 :Text;

  props :union {
    empty @2 :Void;
    json @3 :Text;
  }
}

struct Worker {
  # One isolate.

  union {
    modules @0 :List(Module);
    # The first is the main module.
    serviceWorkerScript @1 :Text;
    inherit @2 :Text;
  }

  struct Module {
    name @0 :Text;
    # What `import` resolves to, relative to the other modules' names.

    union {
      esModule @1 :Text;
      commonJsModule @2 :Text;
      text @3 :Text;
      data @4 :Data;
      wasm @5 :Data;
      json @6 :Text;
      obsolete @7 :Text;
      pythonModule @8 :Text;
      obsoletePythonRequirement @9 :Text;
    }

    namedExports @10 :List(Text);
    # Only for CommonJS.
  }

  compatibilityDate @3 :Text;
  compatibilityFlags @4 :List(Text);

  bindings @5 :List(Binding);

  struct Binding {
    # One property of `env`.

    name @0 :Text;

    union {
      unspecified @1 :Void;

      parameter :group {
        type @2 :Type;
        optional @3 :Bool;
      }

      text @4 :Text;
      data @5 :Data;
      json @6 :Text;
      wasmModule @7 :Data;
      cryptoKey @8 :CryptoKey;
      service @9 :ServiceDesignator;
      durableObjectClass @26 :ServiceDesignator;
      durableObjectNamespace @10 :DurableObjectNamespaceDesignator;
      kvNamespace @11 :ServiceDesignator;
      r2Bucket @12 :ServiceDesignator;
      obsolete0 @13 :ServiceDesignator;
      wrapped @14 :WrappedBinding;
      queue @15 :ServiceDesignator;
      fromEnvironment @16 :Text;
      # The value of this environment variable of the workerd process.
      analyticsEngine @17 :ServiceDesignator;

      hyperdrive :group {
        designator @18 :ServiceDesignator;
        database @19 :Text;
        user @20 :Text;
        password @21 :Text;
        scheme @22 :Text;
      }

      unsafeEval @23 :Void;

      memoryCache :group {
        id @24 :Text;
        limits @25 :MemoryCacheLimits;
      }

      workerLoader :group {
        id @27 :Text;
      }

      workerdDebugPort @28 :Void;
    }

    struct Type {
      union {
        unspecified @0 :Void;
        text @1 :Void;
        data @2 :Void;
        json @3 :Void;
        wasm @4 :Void;
        cryptoKey @5 :List(CryptoKey.Usage);
        service @6 :Void;
        durableObjectNamespace @7 :Void;
        kvNamespace @8 :Void;
        r2Bucket @9 :Void;
        obsolete0 @10 :Void;
        queue @11 :Void;
        analyticsEngine @12 :Void;
        hyperdrive @13 :Void;
        durableObjectClass @14 :Void;
        workerdDebugPort @15 :Void;
      }
    }

    struct DurableObjectNamespaceDesignator {
      className @0 :Text;
      serviceName @1 :Text;
      # Absent: the class is the binding Worker's own.
      obsolete2 @2 :AnyPointer;
    }

    struct CryptoKey {
      union {
        raw @0 :Data;
        hex @1 :Text;
        base64 @2 :Text;
        pkcs8 @3 :Text;
        spki @4 :Text;
        jwk @5 :Text;
      }

      algorithm :union {
        name @6 :Text;
        json @7 :Text;
      }

      extractable @8 :Bool = false;
      usages @9 :List(Usage);

      enum Usage {
        encrypt @0;
        decrypt @1;
        sign @2;
        verify @3;
        deriveKey @4;
        deriveBits @5;
        wrapKey @6;
        unwrapKey @7;
      }
    }

    struct MemoryCacheLimits {
      maxKeys @0 :UInt32;
      maxValueSize @1 :UInt32;
      maxTotalValueSize @2 :UInt64;
    }

    struct WrappedBinding {
      # A binding made by an internal extension module out of other bindings.

      moduleName @0 :Text;
      entrypoint @1 :Text = "default";
      innerBindings @2 :List(Binding);
    }
  }

  globalOutbound @6 :ServiceDesignator = "internet";
  # Who answers the global `fetch`. workerd defines "internet" itself if no service has that name.
  cacheApiOutbound @11 :ServiceDesignator;

  durableObjectNamespaces @7 :List(DurableObjectNamespace);

  struct DurableObjectNamespace {
    className @0 :Text;

    union {
      uniqueKey @1 :Text;
      # Part of the hash that makes object ids, and the name of the namespace's folder on disk.
      ephemeralLocal @2 :Void;
    }

    preventEviction @3 :Bool;
    enableSql @4 :Bool;
    container @5 :ContainerOptions;

    struct ContainerOptions {
      imageName @0 :Text;
    }
  }

  durableObjectUniqueKeyModifier @8 :Text;

  durableObjectStorage :union {
    none @9 :Void;
    inMemory @10 :Void;
    localDisk @12 :Text;
    # The name of a writable disk service.
  }

  moduleFallback @13 :Text;
  tails @14 :List(ServiceDesignator);
  streamingTails @15 :List(ServiceDesignator);

  containerEngine :union {
    none @16 :Void;
    localDocker @17 :DockerConfiguration;
  }

  struct DockerConfiguration {
    socketPath @0 :Text;
    containerEgressInterceptorImage @1 :Text;
    sessionId @2 :Text;
  }

  accessBlobHeader @18 :Text;
  accessBindingService @19 :ServiceDesignator;

  workflowsEngine @20 :WorkflowsEngine;
  # What runs the workflows on `ctx.exports`.
}

struct WorkflowsEngine {
  actorClass @0 :ServiceDesignator;
  # The Durable Object class of an instance's engine.

  workflows @1 :List(Workflow);

  struct Workflow {
    # A workflow on `ctx.exports`.

    className @0 :Text;
    name @1 :Text;

    bindingService @2 :ServiceDesignator;
    # Who answers the calls.
  }
}

struct ExternalServer {
  # A server that all requests are sent to, whatever host their URL names.

  address @0 :Text;

  union {
    http @1 :HttpOptions;

    https :group {
      options @2 :HttpOptions;
      tlsOptions @3 :TlsOptions;
      certificateHost @4 :Text;
    }

    tcp :group {
      tlsOptions @5 :TlsOptions;
      certificateHost @6 :Text;
    }
  }
}

struct Network {
  # Outgoing connections by host name, filtered by address.

  allow @0 :List(Text) = ["public"];
  deny @1 :List(Text);
  tlsOptions @2 :TlsOptions;
}

struct DiskDirectory {
  # A directory served over HTTP: GET, HEAD and, when writable, PUT and DELETE.

  path @0 :Text;
  # Relative to the working directory of workerd, not to the configuration file.
  writable @1 :Bool = false;
  allowDotfiles @2 :Bool = false;
}

struct HttpOptions {
  style @0 :Style = host;

  enum Style {
    host @0;
    proxy @1;
  }

  forwardedProtoHeader @1 :Text;
  cfBlobHeader @2 :Text;
  # The header that carries `request.cf` as JSON.
  injectRequestHeaders @3 :List(Header);
  injectResponseHeaders @4 :List(Header);

  struct Header {
    name @0 :Text;
    value @1 :Text;
  }

  capnpConnectHost @5 :Text;
}

struct TlsOptions {
  keypair @0 :Keypair;

  struct Keypair {
    privateKey @0 :Text;
    certificateChain @1 :Text;
  }

  requireClientCerts @1 :Bool = false;
  trustBrowserCas @2 :Bool = false;
  trustedCertificates @3 :List(Text);
  minVersion @4 :Version = goodDefault;

  enum Version {
    goodDefault @0;
    ssl3 @1;
    tls1Dot0 @2;
    tls1Dot1 @3;
    tls1Dot2 @4;
    tls1Dot3 @5;
  }

  cipherList @5 :Text;
}

struct Extension {
  # Modules that every Worker of the process can import.

  modules @0 :List(Module);

  struct Module {
    name @0 :Text;
    internal @1 :Bool = false;
    # Only other extension modules and wrapped bindings can import it.
    esModule @2 :Text;
  }
}
