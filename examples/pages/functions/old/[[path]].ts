/** What was `/old/soup` is `/soup.txt` now. */
export const onRequest: PagesFunction<Env, "path"> = ({ params, next }) => next(`/${[params.path].flat().join("/")}.txt`);
