/** Shows who wrote a book, as another service knows it. */
export default {
  async fetch(request) {
    const isbn = new URL(request.url).pathname.slice(1);
    const response = await fetch(`https://books.example.com/v1/books/${isbn}`, { headers: { Accept: "application/json" } });
    if (response.status === 404) return new Response("No such book", { status: 404 });
    if (!response.ok) return new Response("The library is closed", { status: 502 });
    const { title, author } = await response.json<{ title: string; author: string }>();
    return new Response(`${title}, by ${author}`);
  },
} satisfies ExportedHandler;
