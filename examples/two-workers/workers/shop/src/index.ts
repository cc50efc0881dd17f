export default {
  async fetch(request, env): Promise<Response> {
    const item = new URL(request.url).pathname.slice(1);
    const price = await env.BOOKS.price(item);
    await env.SALES.send({ item, price: price.amount });
    return Response.json({ item, price: `${price.amount} ${price.currency}` });
  },
} satisfies ExportedHandler<Env>;
