export const nameOf = (element: { name: string }): string => element.name;
