define([], () => {
  const nameOf = (element) => element.name;
  return { titleOf: nameOf };
});
