/** A page of HTML. */
export const page = (title: string, body: string): Response =>
	new Response(`<!doctype html><title>${title}</title>${body}`, { headers: { "Content-Type": "text/html" } });
