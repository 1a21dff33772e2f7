// The many points, drawn by WebGL: places go to the card once, a new colour sends one byte a point, a move sends nothing.

const VERTEX = `#version 300 es
in vec3 place; in float look; in float lit;
uniform mat3 turn; uniform vec2 scale, middle, room; uniform float depth, size;
uniform bool dims, quiet;
uniform sampler2D palette;
out vec4 colour; flat out int symbol;
void main() {
  vec3 p = turn * place;
  float near = 1.0 / (1.0 - depth * p.z);
  vec2 pixel = middle + vec2(1.0, -1.0) * scale * near * p.xy;
  gl_Position = vec4(2.0 * pixel.x / room.x - 1.0, 1.0 - 2.0 * pixel.y / room.y, -0.5 * p.z / 2.0, 1.0);
  gl_PointSize = size * near * (quiet && lit > 0.5 ? 1.25 : 1.0);
  vec4 found = texelFetch(palette, ivec2(int(look), 0), 0);
  symbol = int(floor(found.a * 255.0 + 0.5)) & 7;
  colour = vec4(found.rgb, quiet && lit < 0.5 ? 0.16 : dims ? 0.95 : 0.82);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour; flat in int symbol;
out vec4 shown;
void main() {
  vec2 p = 2.0 * gl_PointCoord - 1.0;
  float edge = symbol == 1 ? abs(p.x) + abs(p.y)                      // diamond
    : symbol == 2 ? max(abs(p.x), abs(p.y)) * 1.15                    // square
    : symbol == 3 ? max(abs(p.x) * 1.9 - p.y - 0.25, p.y + 0.1)       // triangle
    : length(p);
  float cover = 1.0 - smoothstep(0.75, 1.0, edge);
  if (cover < 0.05) discard;
  shown = vec4(colour.rgb * colour.a * cover, colour.a * cover);
}`;

function shaded(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

// Gives null where the browser has no WebGL.
function makePainter(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  if (!gl) return null;
  const program = shaded(gl);
  gl.useProgram(program);
  const uniforms = Object.fromEntries(
    ["turn", "scale", "middle", "room", "depth", "size", "dims", "quiet"].map((name) => [name, gl.getUniformLocation(program, name)]),
  );
  const buffers = {};
  for (const [name, width, type] of [["place", 3, gl.FLOAT], ["look", 1, gl.UNSIGNED_BYTE], ["lit", 1, gl.UNSIGNED_BYTE]]) {
    buffers[name] = gl.createBuffer();
    const at = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, width, type, false, 0, 0);
  }
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

  const put = (name, array) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.DYNAMIC_DRAW);
  };
  return {
    put,
    // 256 colours [r, g, b, symbol], each 0 … 255
    palette: (colours) => gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours),
    draw(frame, count, { ratio, size, quiet, solid }) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      (solid ? gl.enable : gl.disable).call(gl, gl.DEPTH_TEST);
      gl.uniformMatrix3fv(uniforms.turn, true, frame.turn);
      gl.uniform2fv(uniforms.scale, frame.scale);
      gl.uniform2fv(uniforms.middle, frame.middle);
      gl.uniform2f(uniforms.room, canvas.width / ratio, canvas.height / ratio);
      gl.uniform1f(uniforms.depth, frame.depth);
      gl.uniform1f(uniforms.size, size * ratio);
      gl.uniform1i(uniforms.dims, solid);
      gl.uniform1i(uniforms.quiet, quiet);
      gl.drawArrays(gl.POINTS, 0, count);
    },
  };
}
