export default {
  fetch(request) {
    const { hostname, searchParams } = new URL(request.url);
    return new Response(`${hostname} asks 0 % for ${searchParams.get("for")}`);
  },
} satisfies ExportedHandler;
