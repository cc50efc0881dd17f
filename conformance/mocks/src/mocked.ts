export const kind = () => "the original";
