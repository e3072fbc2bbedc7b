// SPDX-License-Identifier: Apache-2.0
// Draws the figures of a report with plotly.js. A figure's content is the JSON beside it
// (chart.cpp, field.cpp); colours, sizes and the places of panels are decided here. When all is
// drawn, <body data-report-status="ok|faults" data-charts data-report-faults> tells the outcome.
'use strict';
(() => {
  const kThemes = {
    light: {
      ink: '#1c1e21', grid: '#e4e7eb', frame: '#8a919c', solid: '#a4a8ae', reference: '#6b7280',
      card: '#ffffff',
      palette: ['#1f5fa8', '#c8502b', '#2f8f5b', '#8a4fa0', '#b07d00', '#128a9c', '#a8325e',
                '#555b66'],
    },
    dark: {
      ink: '#d6d9df', grid: '#2b2f37', frame: '#717886', solid: '#5d636d', reference: '#9ea5b1',
      card: '#22262c',
      palette: ['#7fb2ec', '#f0906b', '#6fcf9a', '#c79be0', '#e3bd4f', '#5fc9d8', '#ec88ad',
                '#b4bac5'],
    },
  };
  // Viridis (van der Walt and Smith) and RdBu reversed (ColorBrewer, Cynthia Brewer).
  const kColours = {
    sequential: ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779',
                 '#6ece58', '#b5de2b', '#fde725'],
    diverging: ['#053061', '#2166ac', '#4393c3', '#92c5de', '#d1e5f0', '#f7f7f7', '#fddbc7',
                '#f4a582', '#d6604d', '#b2182b', '#67001f'],
  };
  // The buttons are listed because plotly.js's own list has one that sends the chart to a server.
  const kConfig = {
    displaylogo: false,
    plotlyServerURL: '',
    toImageButtonOptions: {format: 'svg'},
    modeBarButtons: [['toImage'], ['zoom2d', 'pan2d', 'resetScale2d']],
  };
  const kSceneConfig = {...kConfig, modeBarButtons: [['toImage'], ['resetCameraDefault3d']]};
  const darkness = matchMedia('(prefers-color-scheme: dark)');
  const kPaperWidth = 680;  // pixels: A4 and Letter within usual margins
  let printing = false;
  const theme = () => kThemes[darkness.matches && !printing ? 'dark' : 'light'];

  // ---- data ----------------------------------------------------------------------------------
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  // Rows of a quantised field; cells without a value are null.
  function rowsOf(codes, packed, nx) {
    const missing = codes instanceof Uint8Array ? 255 : 65535;
    const step = (packed.high - packed.low) / (missing - 1);
    const rows = [];
    for (let start = 0; start < codes.length; start += nx) {
      const row = new Array(nx);
      for (let i = 0; i < nx; ++i) {
        const code = codes[start + i];
        row[i] = code === missing ? null : packed.low + code * step;
      }
      rows.push(row);
    }
    return rows;
  }

  function unpack(trace) {
    const bytes = bytesOf(trace.z.bdata);
    const codes = trace.z.packed === 'u1' ? bytes : new Uint16Array(bytes.buffer);
    return rowsOf(codes, trace.z, bytesOf(trace.x.bdata).length / 8);
  }

  const countOf = (values) => (values.bdata ? bytesOf(values.bdata).length / 8 : values.length);

  // ---- look ----------------------------------------------------------------------------------
  function styledTrace(trace) {
    const look = theme();
    const {palette, part, ...styled} = trace;
    if (trace.type === 'heatmap') {
      styled.hovertemplate = '%{x:.4g}, %{y:.4g}: %{z:.4g}<extra></extra>';
      return styled;
    }
    const colour = look.palette[palette % look.palette.length];
    if (part === 'band') {
      styled.fillcolor = colour + '33';
    } else {
      const inSpace = trace.type === 'scatter3d';
      styled.line = {...trace.line, color: colour, width: inSpace ? 3 : 1.6};
      styled.marker = {color: colour, ...(inSpace ? {size: 4} : {})};
      if (trace.type === 'scatter') styled.marker.size = countOf(trace.y) > 300 ? 3 : 6;
    }
    return styled;
  }

  function styleAxis(axis, look) {
    Object.assign(axis, {
      gridcolor: look.grid, linecolor: look.frame, tickcolor: look.frame, showline: true,
      mirror: true, ticks: 'outside', ticklen: 4, zeroline: false, exponentformat: 'power',
      minexponent: 4,
    });
    axis.title = {...axis.title, standoff: 6, font: {size: 13}};
  }

  function styleReferences(layout, look) {
    for (const shape of layout.shapes || []) {
      delete shape.part;
      shape.line = {color: look.reference, width: shape.type === 'line' ? 1.2 : 0, dash: 'dot'};
      if (shape.type === 'rect') shape.fillcolor = look.reference + '33';
    }
  }

  // Where the panels go: pixels, for the width there is.
  function places(spec, width) {
    const panels = spec.panels;
    const field = panels.aspect !== undefined;
    const count = panels.titles.length;
    const columns = Math.max(1, Math.min(panels.columns, Math.floor(width / 260)));
    const rows = Math.ceil(count / columns);
    const ownBars = field && !panels.one_scale;
    const titled = panels.titles.some((title) => title !== '');
    const named = (list) => (list || []).filter((one) => one.showlegend).length;
    const legend = !field && (named(spec.data) > 1 || named(spec.layout.shapes) > 0);
    const margin = {
      l: 66, r: field ? 96 : 18, t: titled && legend ? 56 : 30, b: 50, pad: 0,
    };
    const gapX = field ? (ownBars ? 78 : 18) : 74;
    const gapY = (titled ? 26 : 12) + (field ? 0 : 44);
    const plotWidth = width - margin.l - margin.r;
    const panelWidth = (plotWidth - (columns - 1) * gapX) / columns;
    let panelHeight = panels.height;
    if (field) panelHeight = Math.max(40, Math.min(panelWidth * panels.aspect, 640));
    if (panels.square) panelHeight = Math.min(panelWidth, 1.6 * panels.height);
    const plotHeight = rows * panelHeight + (rows - 1) * gapY;
    return {field, count, columns, rows, ownBars, legend, margin, gapX, gapY, plotWidth, plotHeight,
            panelWidth, panelHeight, height: plotHeight + margin.t + margin.b};
  }

  const key = (letter, number) => letter + 'axis' + (number === 1 ? '' : number);

  function placePanels(layout, spec, at) {
    for (let i = 0; i < at.count; ++i) {
      const left = (i % at.columns) * (at.panelWidth + at.gapX);
      const top = Math.floor(i / at.columns) * (at.panelHeight + at.gapY);
      const x = [left / at.plotWidth, (left + at.panelWidth) / at.plotWidth];
      const y = [Math.max(0, 1 - (top + at.panelHeight) / at.plotHeight), 1 - top / at.plotHeight];
      const xAxis = layout[key('x', i + 1)];
      const yAxis = layout[key('y', i + 1)];
      xAxis.domain = x;
      yAxis.domain = y;
      if (at.field || at.columns > 1) {  // ask for fewer ticks in small panels
        xAxis.nticks = Math.max(3, Math.floor(at.panelWidth / 55));
        yAxis.nticks = Math.max(3, Math.floor(at.panelHeight / 32));
      }
      if (at.field) {  // the planes are the same: numbers on the outer axes will do
        xAxis.showgrid = yAxis.showgrid = false;
        if (i + at.columns < at.count) Object.assign(xAxis, {showticklabels: false, title: {}});
        if (i % at.columns > 0) Object.assign(yAxis, {showticklabels: false, title: {}});
        const bar = (layout['coloraxis' + (i === 0 ? '' : i + 1)] || {}).colorbar;
        if (bar && at.ownBars) {
          Object.assign(bar, {x: x[1] + 6 / at.plotWidth, y: (y[0] + y[1]) / 2,
                              len: at.panelHeight, lenmode: 'pixels'});
        }
      }
      if (spec.panels.titles[i] !== '') {
        layout.annotations.push({
          text: spec.panels.titles[i], showarrow: false, xref: 'paper', yref: 'paper', x: x[0],
          y: y[1], xanchor: 'left', yanchor: 'bottom', yshift: 2, font: {size: 13, weight: 600},
        });
      }
    }
  }

  // plotly.js would put the bar's title over its numbers.
  function nameColours(layout, at) {
    layout.annotations.push({
      text: layout.coloraxis.colorbar.title.text, textangle: -90, showarrow: false, xref: 'paper',
      yref: 'paper', x: 1, y: 0.5, xanchor: 'right', yanchor: 'middle', xshift: at.margin.r - 2,
      font: {size: 13},
    });
    for (const name of Object.keys(layout)) {
      if (/^coloraxis\d*$/.test(name)) layout[name].colorbar.title = {};
    }
  }

  function styledScene(spec, width) {
    const look = theme();
    const layout = structuredClone(spec.layout);
    for (const name of ['xaxis', 'yaxis', 'zaxis']) {
      Object.assign(layout.scene[name], {
        gridcolor: look.grid, linecolor: look.frame, zerolinecolor: look.grid,
        showbackground: false,
      });
    }
    return Object.assign(layout, {
      width, height: spec.scene.height, margin: {l: 0, r: 0, t: 30, b: 0}, uirevision: 'keep',
      paper_bgcolor: 'rgba(0,0,0,0)', showlegend: true,
      font: {family: getComputedStyle(document.body).fontFamily, size: 12.5, color: look.ink},
      legend: {orientation: 'h', x: 0, y: 1, yanchor: 'bottom', bgcolor: 'rgba(0,0,0,0)'},
      hoverlabel: {bgcolor: look.card, font: {color: look.ink}},
      modebar: {bgcolor: 'rgba(0,0,0,0)', color: look.frame, activecolor: look.ink},
    });
  }

  function styledLayout(spec, width) {
    if (spec.scene) return styledScene(spec, width);
    const look = theme();
    const layout = structuredClone(spec.layout);
    const at = places(spec, width);
    layout.annotations = [];
    for (const name of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(name)) styleAxis(layout[name], look);
      if (/^coloraxis\d*$/.test(name)) {
        const axis = layout[name];
        const colours = kColours[axis.palette];
        delete axis.palette;
        axis.colorscale = colours.map((colour, i) => [i / (colours.length - 1), colour]);
        axis.colorbar = {
          ...axis.colorbar, thickness: 12, outlinewidth: 0, xpad: 0, ypad: 0, ticks: 'outside',
          ticklen: 3, exponentformat: 'power', len: Math.min(at.plotHeight, 420), lenmode: 'pixels',
          x: 1 + 10 / at.plotWidth, tickcolor: look.frame,
        };
      }
    }
    styleReferences(layout, look);
    placePanels(layout, spec, at);
    if (at.field) nameColours(layout, at);
    const font = getComputedStyle(document.body).fontFamily;
    return Object.assign(layout, {
      width, height: at.height, margin: at.margin, uirevision: 'keep', autosize: false,
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: at.field ? look.solid : 'rgba(0,0,0,0)',
      font: {family: font, size: 12.5, color: look.ink}, showlegend: at.legend,
      legend: {orientation: 'h', x: 0, y: 1, yanchor: 'bottom', yref: 'paper',
               bgcolor: 'rgba(0,0,0,0)'},
      hoverlabel: {bgcolor: look.card, font: {color: look.ink}},
      bargap: 0.25, dragmode: 'zoom',
      modebar: {bgcolor: 'rgba(0,0,0,0)', color: look.frame, activecolor: look.ink},
    });
  }

  // ---- figures -------------------------------------------------------------------------------
  class Figure {
    constructor(element) {
      this.element = element;
      this.plot = element.querySelector('.plot');
      this.spec = JSON.parse(element.querySelector('script').textContent);
      for (const trace of this.spec.data) {
        if (trace.type !== 'heatmap') continue;
        this.scale = {low: trace.z.low, high: trace.z.high};
        trace.z = unpack(trace);
      }
    }

    draw() {
      const width = Math.max(280, Math.min(this.plot.clientWidth, printing ? kPaperWidth : 1e4));
      return Plotly.react(this.plot, this.spec.data.map(styledTrace),
                          styledLayout(this.spec, width),
                          this.spec.scene ? kSceneConfig : kConfig);
    }

    addPlayer() {
      const animation = this.spec.animation;
      this.frames = animation.frames.map(bytesOf);
      this.player = document.createElement('div');
      this.player.className = 'player';
      this.button = document.createElement('button');
      this.button.type = 'button';
      this.slider = document.createElement('input');
      Object.assign(this.slider, {type: 'range', min: 0, max: this.frames.length - 1, value: 0});
      this.slider.setAttribute('aria-label', animation.label);
      this.output = document.createElement('output');
      this.player.append(this.button, this.slider, this.output);
      this.plot.after(this.player);
      this.setPlaying(false);
      this.say(0);
      this.slider.addEventListener('input', () => {
        this.setPlaying(false);
        this.show(+this.slider.value);
      });
      this.button.addEventListener('click', () => { this.setPlaying(!this.playing); });
    }

    say(index) {
      const {times, label, unit} = this.spec.animation;
      const spread = Math.abs(times[times.length - 1] - times[0]) / Math.max(1, times.length - 1);
      const digits = spread > 0 ? Math.max(0, Math.min(9, 1 - Math.floor(Math.log10(spread)))) : 3;
      const text = `${label} = ${times[index].toFixed(digits)}${unit ? ' ' + unit : ''}`;
      this.output.textContent = `${text}  (${index + 1} of ${times.length})`;
      this.slider.setAttribute('aria-valuetext', text);
    }

    show(index) {
      const trace = this.spec.data[0];
      trace.z = rowsOf(this.frames[index], this.scale, trace.z[0].length);
      this.slider.value = index;
      this.say(index);
      return Plotly.restyle(this.plot, {z: [trace.z]}, [0]);
    }

    setPlaying(playing) {
      this.playing = playing;
      this.button.textContent = playing ? '❚❚ Pause' : '▶ Play';
      if (playing) this.play();
    }

    // One frame is drawn before the next is asked for, so a slow machine plays slower.
    async play() {
      const run = this.run = (this.run || 0) + 1;
      while (this.playing && this.run === run) {
        const pause = new Promise((wake) => { setTimeout(wake, 1000 / this.spec.animation.rate); });
        await this.show((+this.slider.value + 1) % this.frames.length);
        await pause;
      }
    }

    // ---- what a reader would miss: traces without values or without anything drawn -------------
    faults() {
      const found = [];
      const drawn = (what) => [...this.plot.querySelectorAll(what)];
      const traces = this.plot._fullData || [];
      if (traces.length === 0) found.push('it has nothing to draw');
      for (const trace of traces) {
        const name = trace.name ? `'${trace.name}'` : `trace ${trace.index}`;
        if (visibleValues(trace, this.plot._fullLayout) === 0) found.push(`${name} shows no value`);
      }
      const seen = {
        heatmap: drawn('.heatmaplayer image')
            .filter((image) => image.getAttribute('width') > 1 &&
                    image.getAttribute('height') > 1 && pictureOf(image).length > 60),
        scatter: drawn('.scatterlayer .trace')
            .filter((group) => [...group.querySelectorAll('path')].some(hasExtent)),
        bar: drawn('.barlayer .trace').filter((group) => group.querySelector('.point path')),
        // One canvas for all of them, or a word on the browser that has no WebGL.
        scatter3d: drawn('.gl-container canvas, .no-webgl').length > 0 ? traces : [],
      };
      for (const type of new Set(traces.map((trace) => trace.type))) {
        const wanted = traces.filter((trace) => trace.type === type).length;
        const there = (seen[type] || []).length;
        if (there < wanted) found.push(`${there} of ${wanted} ${type} traces were drawn`);
      }
      if (!this.spec.scene && drawn('.xtick text, .ytick text').length === 0) {
        found.push('its axes have no numbers');
      }
      const box = this.plot.getBoundingClientRect();
      if (box.width < 100 || box.height < 60) {
        found.push(`it is ${box.width} x ${box.height} pixels`);
      }
      return found;
    }

    // Where the data move, so must the picture: to the first frame that differs from frame 0. Data
    // that stand still are no fault.
    async playerFaults() {
      const picture = () => pictureOf(this.plot.querySelector('.heatmaplayer image'));
      const other = this.frames.findIndex(
          (codes) => codes.some((code, i) => code !== this.frames[0][i]));
      if (other < 0) return [];
      const first = picture();
      await this.show(other);
      const later = picture();
      await this.show(0);
      return first === later ? ['its frames are all the same picture'] : [];
    }
  }

  function pictureOf(image) {
    return image.getAttribute('href') || image.getAttribute('xlink:href') || '';
  }

  function hasExtent(path) {
    const box = path.getBBox();
    return box.width + box.height > 0;
  }

  // Values that are finite, positive where the axis is logarithmic, and within the axes.
  function visibleValues(trace, layout) {
    const finite = (value) => value !== null && value !== '' && Number.isFinite(+value);
    if (trace.type === 'heatmap') {
      return trace.z.reduce((sum, row) => sum + [...row].filter(finite).length, 0);
    }
    if (trace.type === 'scatter3d') return Array.from(trace.z).filter(finite).length;
    const visible = (value, id) => {
      const axis = layout[id.replace(/^[xy]/, '$&axis')];
      if (axis.type === 'category') return true;
      if (!finite(value)) return false;
      const place = axis.type === 'log' ? Math.log10(value) : +value;
      return place >= Math.min(...axis.range) && place <= Math.max(...axis.range);
    };
    return Array.from(trace.y || [])
        .filter((y, i) => visible(y, trace.yaxis) && visible(trace.x[i], trace.xaxis)).length;
  }

  // ---- the page ------------------------------------------------------------------------------
  async function drawAll() {
    const figures = [];
    for (const element of document.querySelectorAll('figure')) {
      try {
        const figure = new Figure(element);
        await figure.draw();
        if (figure.spec.animation) figure.addPlayer();
        figures.push(figure);
      } catch (error) {
        reportFaults.push(`${element.id}: ${error.message}`);
      }
    }
    return figures;
  }

  async function tell(figures) {
    const check = location.hash === '#check';
    for (const figure of figures) {
      const found = figure.faults();
      if (check && figure.spec.animation && found.length === 0) {
        found.push(...await figure.playerFaults());
      }
      figure.element.dataset.drawn = found.length === 0 ? 'ok' : 'faults';
      reportFaults.push(...found.map((fault) => `${figure.element.id}: ${fault}`));
    }
    Object.assign(document.body.dataset, {
      charts: figures.length,
      height: document.documentElement.scrollHeight,
      reportStatus: reportFaults.length === 0 ? 'ok' : 'faults',
      reportFaults: JSON.stringify(reportFaults),
    });
  }

  drawAll().then((figures) => {
    const redraw = () => { figures.forEach((figure) => figure.draw()); };
    let timer;
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth === width) return;
      width = innerWidth;
      clearTimeout(timer);
      timer = setTimeout(redraw, 120);
    });
    darkness.addEventListener('change', redraw);
    addEventListener('beforeprint', () => { printing = true; redraw(); });
    addEventListener('afterprint', () => { printing = false; redraw(); });
    return tell(figures);
  });
})();
