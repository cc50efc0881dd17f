import { FetchInterceptor } from "@mswjs/interceptors/fetch";
import { http, HttpResponse } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";

type Interceptors = ConstructorParameters<typeof InterceptorSource>[0]["interceptors"];

/** In a Worker there is nothing but `fetch()` to intercept. */
export const network = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new FetchInterceptor()] as unknown as Interceptors })],
  onUnhandledFrame: "error",
  context: { quiet: true },
  handlers: [
    http.get("https://books.example.com/v1/books/:isbn", ({ params, request }) => {
      if (request.headers.get("Accept") !== "application/json") return new HttpResponse(null, { status: 406 });
      if (params.isbn !== "9780141439518") return new HttpResponse(null, { status: 404 });
      return HttpResponse.json({ title: "Pride and Prejudice", author: "Jane Austen" });
    }),
  ],
});
