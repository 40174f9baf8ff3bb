// N/crypto/random, which Oracle's stubs leave out.
define([], function () {
  var random = function () {};
  random.prototype.generateBytes = function () {};
  random.prototype.generateInt = function () {};
  random.prototype.generateUUID = function () {};
  return new random();
});
