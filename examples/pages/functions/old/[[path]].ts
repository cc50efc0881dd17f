/** What was `/old/soup` is `/soup.txt` now. */
export const onRequest: PagesFunction<Env> = ({ request, next }) => next(new URL(request.url).pathname.replace("/old", "") + ".txt");
