<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>geounet</name>
    <message>
      <location filename="../algs/base.py" />
      <source>Features from imagery</source>
      <translation>Objekte aus Luft- und Satellitenbildern</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Extract from many scenes</source>
      <translation>Objekte aus vielen Szenen extrahieren</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Finds buildings, roads or whatever else a model knows in all scenes of a folder, and writes a layer for each, one of all, and a report. Adjacent tiles are read as one scene, so that what their borders cut is whole.

It may take a night, and may be interrupted: run it again with the same folder of layers and it goes on. A scene that fails does not stop the others: the report says which failed, and why.</source>
      <translation>Findet Gebäude, Straßen oder was ein Modell sonst kennt in allen Szenen eines Ordners und schreibt je Szene einen Layer, einen von allen, und einen Bericht. Aneinandergrenzende Kacheln werden als eine Szene gelesen, sodass ganz ist, was ihre Ränder zerschneiden.

Das darf eine Nacht dauern und unterbrochen werden: Mit demselben Ordner der Layer nochmals ausgeführt, geht es weiter. Eine Szene, die fehlschlägt, hält die anderen nicht auf: Der Bericht sagt, welche fehlschlugen und warum.</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>batch,folder,archive,tiles,mosaic,bulk,resume,buildings,roads,many</source>
      <translation>Stapel,Ordner,Archiv,Kacheln,Mosaik,Massenverarbeitung,fortsetzen,Gebäude,Straßen,viele</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Layer of all scenes</source>
      <translation>Layer aller Szenen</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Report</source>
      <translation>Bericht</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes done</source>
      <translation>Fertige Szenen</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes failed</source>
      <translation>Fehlgeschlagene Szenen</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes skipped</source>
      <translation>Übersprungene Szenen</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Number of features</source>
      <translation>Anzahl der Objekte</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>What is done stays done: run it again with the same folder of layers to go on.</source>
      <translation>Was fertig ist, bleibt fertig: Zum Fortsetzen nochmals mit demselben Ordner der Layer ausführen.</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Report: {file}</source>
      <translation>Bericht: {file}</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes that failed: {count}</source>
      <translation>Fehlgeschlagene Szenen: {count}</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>… and {count} more, which the report lists</source>
      <translation>… und {count} weitere, die im Bericht stehen</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes that are left, for another run on this folder: {count}</source>
      <translation>Szenen, die für einen anderen Lauf in diesem Ordner übrig sind: {count}</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>{folder} is a file; expected a folder for the model</source>
      <translation>{folder} ist eine Datei; erwartet wird ein Ordner für das Modell</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>There is a model in {folder} already: choose another folder, or tick “{title}”</source>
      <translation>In {folder} liegt schon ein Modell: wählen Sie einen anderen Ordner, oder kreuzen Sie „{title}“ an</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>{folder} has other files in it; choose a new or an empty folder for the model</source>
      <translation>In {folder} liegen andere Dateien; wählen Sie für das Modell einen neuen oder leeren Ordner</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>Centrelines of roads</source>
      <translation>Mittellinien von Straßen</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>Draws the roads of a class raster as lines along their middle, joined at crossings, each with its true length and mean width; on request also as a graph for routing.</source>
      <translation>Zeichnet die Straßen eines Klassenrasters als Linien entlang ihrer Mitte, an Kreuzungen verbunden, jede mit ihrer wahren Länge und mittleren Breite; auf Wunsch auch als Graph für die Routenplanung.</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>centerlines,skeleton,medial axis,network,graph,routing,rivers</source>
      <translation>Mittellinien,Skelett,Mittelachse,Netz,Graph,Routing,Flüsse,centerlines</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Check the environment</source>
      <translation>Umgebung prüfen</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Looks at what geounet needs: its Python and packages, the devices that networks can run on, the drivers for rasters and layers, coordinate systems, and the models that came with it; a line each.</source>
      <translation>Sieht nach, was geounet braucht: sein Python und dessen Pakete, die Geräte, auf denen Netze rechnen können, die Treiber für Raster und Layer, Koordinatensysteme und die mitgelieferten Modelle; je eine Zeile.</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>diagnose,versions,GPU,CUDA,install,trouble</source>
      <translation>Diagnose,Versionen,GPU,CUDA,Installation,Probleme</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Models and quality</source>
      <translation>Modelle und Qualität</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>HTML files (*.html)</source>
      <translation>HTML-Dateien (*.html)</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>The lines as a page, to send to whoever helps.</source>
      <translation>Die Zeilen als Seite, um sie jemandem zu schicken, der hilft.</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks that went well</source>
      <translation>Prüfungen ohne Befund</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks with a warning</source>
      <translation>Prüfungen mit Warnung</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks that failed</source>
      <translation>Gescheiterte Prüfungen</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>geounet: what is there</source>
      <translation>geounet: was vorhanden ist</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Evaluate against the truth</source>
      <translation>Mit der Wahrheit vergleichen</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Says how good a prediction is: rasters pixel by pixel (IoU, precision, recall, F1, along outlines too), buildings and other areas one to one (F1 at an overlap), roads as networks of lines (APLS, completeness, correctness).

The report is a page with all figures, the confusion of classes, a curve over thresholds where the prediction has probabilities, and a map of hits, misses and false alarms. Distances and areas are true metres in any coordinate system.</source>
      <translation>Sagt, wie gut eine Vorhersage ist: Raster Pixel für Pixel (IoU, Genauigkeit, Trefferquote, F1, auch entlang der Umrisse), Gebäude und andere Flächen eins zu eins (F1 bei einer Überlappung), Straßen als Liniennetze (APLS, Vollständigkeit, Richtigkeit).

Der Bericht ist eine Seite mit allen Zahlen, den Verwechslungen der Klassen, einer Kurve über die Schwellenwerte, wo die Vorhersage Wahrscheinlichkeiten hat, und einer Karte der Treffer, Lücken und Fehlalarme. Abstände und Flächen sind in jedem Koordinatensystem wahre Meter.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>accuracy,assessment,validation,quality,IoU,F1,precision,recall,APLS,confusion matrix</source>
      <translation>Genauigkeit,Bewertung,Validierung,Qualität,IoU,F1,Präzision,Trefferquote,APLS,Konfusionsmatrix</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>F1</source>
      <translation>F1</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>IoU</source>
      <translation>IoU</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Precision</source>
      <translation>Genauigkeit</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Recall</source>
      <translation>Trefferquote</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>APLS, of roads</source>
      <translation>APLS, von Straßen</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>By what the layers hold</source>
      <translation>Nach dem Inhalt der Layer</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Labels: pixel by pixel</source>
      <translation>Klassen: Pixel für Pixel</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Objects: areas one to one</source>
      <translation>Objekte: Flächen eins zu eins</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Lines: networks of roads</source>
      <translation>Linien: Straßennetze</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Prediction</source>
      <translation>Vorhersage</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>A class raster, a raster of probabilities that “Predict probabilities” wrote, or a layer of features.</source>
      <translation>Ein Klassenraster, ein Raster von Wahrscheinlichkeiten, das „Wahrscheinlichkeiten vorhersagen“ geschrieben hat, oder ein Layer mit Objekten.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Truth</source>
      <translation>Wahrheit</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What is right: a label raster, or a layer of areas or lines. It may be in another CRS or on another grid.</source>
      <translation>Was stimmt: ein Klassenraster, oder ein Layer von Flächen oder Linien. Ein anderes KBS und ein anderes Gitter sind erlaubt.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What is compared</source>
      <translation>Was verglichen wird</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Two rasters, or a raster and a layer, are compared pixel by pixel; two layers by their areas or lines.</source>
      <translation>Zwei Raster, oder ein Raster und ein Layer, werden Pixel für Pixel verglichen; zwei Layer nach ihren Flächen oder Linien.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Area of interest</source>
      <translation>Gebiet</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Only what lies in these polygons counts.</source>
      <translation>Nur was in diesen Polygonen liegt, zählt.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Scene</source>
      <translation>Szene</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What has no data in this scene does not count, and the report's map lies over it.</source>
      <translation>Was in dieser Szene keine Daten hat, zählt nicht, und die Karte des Berichts liegt darüber.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>A page to look at: one file, with its pictures.</source>
      <translation>Eine Seite zum Ansehen: eine Datei, samt ihren Bildern.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Figures as JSON</source>
      <translation>Zahlen als JSON</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>JSON files (*.json)</source>
      <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>All figures for other programs.</source>
      <translation>Alle Zahlen, für andere Programme.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Classes that count</source>
      <translation>Klassen, die zählen</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Names in the layers' field “class”, separated by commas; all otherwise.</source>
      <translation>Namen aus dem Feld „class“ der Layer, durch Kommas getrennt; sonst alle.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Threshold</source>
      <translation>Schwellenwert</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>The probability from which a pixel is in the class: 0.5 where none is set.</source>
      <translation>Die Wahrscheinlichkeit, ab der ein Pixel zur Klasse gehört: 0,5, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Overlap of a match (IoU)</source>
      <translation>Überlappung eines Paares (IoU)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>The overlap from which two areas are one object: 0.5 where none is set.</source>
      <translation>Die Überlappung, ab der zwei Flächen dasselbe Objekt sind: 0,5, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Buffer of lines (metres)</source>
      <translation>Puffer um Linien (Meter)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>By how much a line may lie beside its counterpart: 4 m where none is set.</source>
      <translation>Wie weit eine Linie neben ihrem Gegenstück liegen darf: 4 m, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Snapping of networks (metres)</source>
      <translation>Fangen der Netze (Meter)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Within which a network's nodes are found on the other, for APLS: 4 m where none is set.</source>
      <translation>Der Umkreis, in dem die Knoten eines Netzes auf dem anderen gesucht werden, für APLS: 4 m, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Width of boundaries (pixels)</source>
      <translation>Breite der Grenzen (Pixel)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What boundary IoU looks at along outlines: 2 pixels where none is set.</source>
      <translation>Was die Grenz-IoU entlang der Umrisse betrachtet: 2 Pixel, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Relaxation (pixels)</source>
      <translation>Nachsicht (Pixel)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What relaxed precision and recall forgive: 3 pixels where none is set.</source>
      <translation>Was nachsichtige Genauigkeit und Trefferquote verzeihen: 3 Pixel, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Extract features</source>
      <translation>Objekte extrahieren</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Finds buildings, roads or whatever else a model knows in a satellite or aerial scene, and draws them as a layer: buildings as outlines, with right angles where these fit, roads as centrelines with their width.

Each feature has its class, its confidence, true area and perimeter, or length and width, and an empty field “review” for you to accept or reject it. Scenes may be larger than memory.</source>
      <translation>Findet Gebäude, Straßen oder was ein Modell sonst kennt in einer Satelliten- oder Luftbildszene und zeichnet sie als Layer: Gebäude als Umrisse, mit rechten Winkeln, wo diese passen, Straßen als Mittellinien mit ihrer Breite.

Jedes Objekt hat seine Klasse, seine Konfidenz, wahre Fläche und Umfang, oder Länge und Breite, und ein leeres Feld „review“, in dem Sie es annehmen oder ablehnen. Szenen dürfen größer sein als der Arbeitsspeicher.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>buildings,roads,footprints,centrelines,segmentation,deep learning,AI,U-Net,GeoAI,detect</source>
      <translation>Gebäude,Straßen,Gebäudeumrisse,Mittellinien,Segmentierung,Deep Learning,KI,U-Net,GeoAI,erkennen</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Features</source>
      <translation>Objekte</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The layer: GeoPackage, GeoJSON, FlatGeobuf, Shapefile or GeoParquet, by the file's ending.</source>
      <translation>Der Layer: GeoPackage, GeoJSON, FlatGeobuf, Shapefile oder GeoParquet, je nach Endung der Datei.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Class raster</source>
      <translation>Klassenraster</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The class of each pixel too.</source>
      <translation>Auch die Klasse jedes Pixels.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Probabilities</source>
      <translation>Wahrscheinlichkeiten</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The probability of each class too.</source>
      <translation>Auch die Wahrscheinlichkeit jeder Klasse.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Classes of {scene}</source>
      <translation>Klassen von {scene}</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Probabilities of {scene}</source>
      <translation>Wahrscheinlichkeiten von {scene}</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>“{name}”: No</source>
      <translation>„{name}“: Nein</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the device “auto” takes what is there; Plugins ▸ geounet ▸ Settings and environment… checks it.</source>
      <translation>Hinweis: das Gerät „auto“ nimmt, was da ist; Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung… prüft es.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: give the layer its CRS in QGIS: Layer ▸ Layer CRS ▸ Set Layer CRS…</source>
      <translation>Hinweis: geben Sie dem Layer in QGIS sein KBS: Layer ▸ Layer-KBS ▸ KBS von Layer(n) setzen…</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: zoom to each of the two layers: one shows another place, or has a wrong CRS.</source>
      <translation>Hinweis: zoomen Sie auf jeden der beiden Layer: einer zeigt einen anderen Ort, oder hat ein falsches KBS.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: remove the layer that shows this file from the project, and run again.</source>
      <translation>Hinweis: entfernen Sie den Layer, der diese Datei zeigt, aus dem Projekt, und starten Sie noch einmal.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the small environment is in use: choose another build in Plugins ▸ geounet ▸ Settings and environment…, and press Repair.</source>
      <translation>Hinweis: die kleine Umgebung ist in Gebrauch: wählen Sie unter Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung… eine andere Variante und drücken Sie Reparieren.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: this Python is the one that the environment variable GEOUNET_PYTHON names, whatever the settings say: let it name one with geounet, or start QGIS without it.</source>
      <translation>Hinweis: dieses Python nennt die Umgebungsvariable GEOUNET_PYTHON, was auch immer die Einstellungen sagen: lassen Sie sie eines mit geounet nennen, oder starten Sie QGIS ohne sie.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the environment is incomplete: repair it in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Hinweis: die Umgebung ist unvollständig: reparieren Sie sie in Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung…</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the machine's memory is full: close other programs, or take a smaller extent.</source>
      <translation>Hinweis: der Arbeitsspeicher ist voll: schließen Sie andere Programme, oder nehmen Sie eine kleinere Ausdehnung.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: take a smaller “{batch}” or “{tile}”, or the device “cpu”.</source>
      <translation>Hinweis: nehmen Sie „{batch}“ oder „{tile}“ kleiner, oder das Gerät „cpu“.</translation>
    </message>
    <message>
      <location filename="../algs/labels.py" />
      <source>Features from class rasters</source>
      <translation>Objekte aus Klassenrastern</translation>
    </message>
    <message>
      <location filename="../algs/labels.py" />
      <source>A raster of whole numbers: 0 is background, 255 no data. What “Extract features” and “Predict” write has the names of its classes too.</source>
      <translation>Ein Raster ganzer Zahlen: 0 ist Hintergrund, 255 keine Daten. Was „Objekte extrahieren“ und „Wahrscheinlichkeiten vorhersagen“ schreiben, enthält auch die Namen der Klassen.</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {percent} %, {rate}, {time} left</source>
      <translation>{what}: {percent} %, {rate}, noch {time}</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {done} of {total}</source>
      <translation>{what}: {done} von {total}</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {done} of {total}, {time} left</source>
      <translation>{what}: {done} von {total}, noch {time}</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{seconds} s</source>
      <translation>{seconds} s</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{minutes} min</source>
      <translation>{minutes} min</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{hours} h {minutes} min</source>
      <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>Buildings of {scene}</source>
      <translation>Gebäude von {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>Roads of {scene}</source>
      <translation>Straßen von {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>Features of {scene}</source>
      <translation>Objekte von {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>{file} was written, but this QGIS cannot read GeoParquet: it is not loaded.</source>
      <translation>{file} wurde geschrieben, aber dieses QGIS kann GeoParquet nicht lesen: die Datei wird nicht geladen.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Manage models</source>
      <translation>Modelle verwalten</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Lists the models that came with geounet and those in your own folder, shows what one expects, or makes a model of weights from elsewhere and a card (card.json) that says what they expect. What is imported goes into your own folder of models, where “Extract features” finds it.</source>
      <translation>Listet die mit geounet gelieferten Modelle und die in Ihrem eigenen Ordner auf, zeigt, was ein Modell erwartet, oder macht ein Modell aus Gewichten von anderswo und einer Karte (card.json), die sagt, was sie erwarten. Importiertes kommt in Ihren Modellordner, wo „Objekte extrahieren“ es findet.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>weights,bundle,card,import,install,list</source>
      <translation>Gewichte,Paket,Karte,importieren,installieren,Liste</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>List all</source>
      <translation>Alle auflisten</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Show one</source>
      <translation>Eines zeigen</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import weights</source>
      <translation>Gewichte importieren</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>What to do</source>
      <translation>Was zu tun ist</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>A list also brings up to date which models the other dialogs offer.</source>
      <translation>„Alle auflisten“ bringt auch auf den neuesten Stand, welche Modelle die anderen Dialoge anbieten.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Page</source>
      <translation>Seite</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>What was found, to look at.</source>
      <translation>Was gefunden wurde, zum Ansehen.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Number of models</source>
      <translation>Anzahl der Modelle</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Folder of the imported model</source>
      <translation>Ordner des importierten Modells</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>An import needs the file of the weights and the card; an ONNX file may do without a card.</source>
      <translation>Zum Importieren braucht es die Datei der Gewichte und die Karte; eine ONNX-Datei kommt auch ohne Karte aus.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>{file} is no model's card: expected JSON with a name</source>
      <translation>{file} ist keine Modellkarte: erwartet wird JSON mit einem Namen</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>geounet: models</source>
      <translation>geounet: Modelle</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Weights and networks (*.pth *.pt *.ckpt *.safetensors *.onnx)</source>
      <translation>Gewichte und Netze (*.pth *.pt *.ckpt *.safetensors *.onnx)</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: weights</source>
      <translation>Import: Gewichte</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>A file of weights: .pth, .pt, .ckpt or .safetensors; or a whole network: .onnx, with the keys of the plugin Deepness or with a card.</source>
      <translation>Eine Datei mit Gewichten: .pth, .pt, .ckpt oder .safetensors; oder ein ganzes Netz: .onnx, mit den Schlüsseln des Plugins Deepness oder mit einer Karte.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: card</source>
      <translation>Import: Karte</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>The card.json that says what the weights expect: bands, classes, metres per pixel, architecture.</source>
      <translation>Die card.json, die sagt, was die Gewichte erwarten: Kanäle, Klassen, Meter pro Pixel, Architektur.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: name of the model's folder</source>
      <translation>Import: Name des Modellordners</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Within your own folder of models; the card's name where none is given.</source>
      <translation>In Ihrem eigenen Modellordner; der Name aus der Karte, wenn keiner angegeben ist.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: replace a model of that name</source>
      <translation>Import: ein Modell dieses Namens ersetzen</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Else an import stops where there is one already.</source>
      <translation>Sonst bricht ein Import ab, wo es schon eines gibt.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Version</source>
      <translation>Version</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Task</source>
      <translation>Aufgabe</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Metres per pixel</source>
      <translation>Meter pro Pixel</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Bands</source>
      <translation>Kanäle</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Classes</source>
      <translation>Klassen</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Description</source>
      <translation>Beschreibung</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Cannot be used</source>
      <translation>Nicht verwendbar</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>any</source>
      <translation>beliebig</translation>
    </message>
    <message>
      <location filename="../algs/parameters.py" />
      <source>Yes</source>
      <translation>Ja</translation>
    </message>
    <message>
      <location filename="../algs/parameters.py" />
      <source>No</source>
      <translation>Nein</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Folder of scenes</source>
      <translation>Ordner mit Szenen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>All rasters in this folder and the folders below it. A pattern such as /data/*_2024.tif, a zip or tar archive, or a text file with a path on each line may be typed in its place.</source>
      <translation>Alle Raster in diesem Ordner und den Ordnern darunter. Statt dessen kann ein Muster wie /data/*_2024.tif, ein Archiv (zip oder tar) oder eine Textdatei mit einem Pfad je Zeile eingegeben werden.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Single scenes</source>
      <translation>Einzelne Szenen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Raster layers or files, beside the folder or in place of it.</source>
      <translation>Rasterlayer oder Dateien, neben dem Ordner oder statt seiner.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Bands, in the model's order</source>
      <translation>Kanäle, in der Reihenfolge des Modells</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>The numbers of the scenes' bands that are the model's, in its order, such as 3,2,1. Where none are given they are found by their names.</source>
      <translation>Die Nummern der Kanäle der Szenen, die das Modell braucht, in seiner Reihenfolge, etwa 3,2,1. Sind keine angegeben, werden sie nach ihren Namen gefunden.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Format of the layers</source>
      <translation>Format der Layer</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Of the layer that each scene becomes.</source>
      <translation>Des Layers, zu dem jede Szene wird.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Read adjacent tiles as one scene</source>
      <translation>Aneinandergrenzende Kacheln als eine Szene lesen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Tiles of one grid and date that touch or overlap become one layer, without seams: what is cut by their borders is one object.</source>
      <translation>Kacheln eines Gitters und Datums, die sich berühren oder überlappen, werden ein Layer ohne Nähte: Was ihre Ränder zerschneiden, ist ein Objekt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>One layer of all scenes too</source>
      <translation>Auch einen Layer aller Szenen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>It is written as merged.gpkg in the same folder, and shown on the map.</source>
      <translation>Er wird als merged.gpkg in denselben Ordner geschrieben und in der Karte gezeigt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Try failed scenes again</source>
      <translation>Fehlgeschlagene Szenen nochmals versuchen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Those that failed in an earlier run on the same folder. Otherwise they are left as they are.</source>
      <translation>Die bei einem früheren Lauf in demselben Ordner fehlschlugen. Sonst bleiben sie, wie sie sind.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Begin the folder anew</source>
      <translation>Den Ordner neu beginnen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>What an earlier run left in the folder of layers is replaced: for another model, or other choices.</source>
      <translation>Was ein früherer Lauf im Ordner der Layer hinterließ, wird ersetzt: für ein anderes Modell oder andere Einstellungen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Folder of layers</source>
      <translation>Ordner der Layer</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Each scene's layer, and report.html. Run it again with the same folder, model and choices, and it goes on where it was interrupted; what is done stays as it is.</source>
      <translation>Der Layer jeder Szene, und report.html. Mit demselben Ordner, demselben Modell und denselben Einstellungen nochmals ausgeführt, geht es dort weiter, wo es unterbrochen wurde; was fertig ist, bleibt, wie es ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Processes</source>
      <translation>Prozesse</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>How many scenes are worked on at once: as many as fit this machine where none is set.</source>
      <translation>Wie viele Szenen gleichzeitig bearbeitet werden: so viele, wie zu diesem Rechner passen, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>scenes</source>
      <translation>Szenen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>No scene was chosen: give a folder, or layers.</source>
      <translation>Keine Szene gewählt: Geben Sie einen Ordner an, oder Layer.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>{path} is not there: expected a folder of scenes, or a file</source>
      <translation>{path} ist nicht da: erwartet wird ein Ordner mit Szenen, oder eine Datei</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>“{bands}” are no band numbers; expected numbers from 1, such as 3,2,1</source>
      <translation>„{bands}“ sind keine Kanalnummern; erwartet werden Nummern ab 1, etwa 3,2,1</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Smallest object (m²)</source>
      <translation>Kleinstes Objekt (m²)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Smaller objects are left out. Where none is set: the model's own, or none.</source>
      <translation>Kleinere Objekte werden weggelassen. Wenn nichts gesetzt ist: der Wert des Modells, oder keiner.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Largest hole that is filled (m²)</source>
      <translation>Größtes Loch, das gefüllt wird (m²)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Holes up to this size are closed. Where none is set: the model's own, or none.</source>
      <translation>Löcher bis zu dieser Größe werden geschlossen. Wenn nichts gesetzt ist: der Wert des Modells, oder keiner.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Regularise outlines</source>
      <translation>Umrisse begradigen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>As the model has it</source>
      <translation>Wie vom Modell vorgesehen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Gives buildings right angles and parallel walls; shared walls stay shared.</source>
      <translation>Gibt Gebäuden rechte Winkel und parallele Wände; gemeinsame Wände bleiben gemeinsam.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Separate buildings that touch</source>
      <translation>Aneinanderstoßende Gebäude trennen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Splits buildings that have grown together, at their necks.</source>
      <translation>Trennt zusammengewachsene Gebäude an ihren Engstellen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Least fit of a regularised outline</source>
      <translation>Geringste Übereinstimmung eines begradigten Umrisses</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Its least overlap with the exact outline, 0 to 1; 0.9 where none is set. Others stay exact.</source>
      <translation>Seine geringste Überlappung mit dem genauen Umriss, 0 bis 1; 0,9, wenn nichts gesetzt ist. Andere bleiben genau.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Least confidence</source>
      <translation>Geringste Konfidenz</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Objects whose mean probability is lower are left out.</source>
      <translation>Objekte mit geringerer mittlerer Wahrscheinlichkeit werden weggelassen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Connectivity</source>
      <translation>Nachbarschaft</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Whether pixels that meet at a corner only are one object (8) or two (4).</source>
      <translation>Ob Pixel, die sich nur an einer Ecke berühren, ein Objekt sind (8) oder zwei (4).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>As the raster says</source>
      <translation>Wie es das Raster sagt</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Buildings</source>
      <translation>Gebäude</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Roads</source>
      <translation>Straßen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Areas</source>
      <translation>Flächen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>What the classes are</source>
      <translation>Was die Klassen sind</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>It decides what is done with them: roads become centrelines. A raster that says nothing has areas.</source>
      <translation>Davon hängt ab, was mit ihnen geschieht: Straßen werden zu Mittellinien. Ein Raster, das nichts dazu sagt, hat Flächen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Simplification (m)</source>
      <translation>Vereinfachung (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>How far a simplified outline, or a smoothed centreline, may lie from the exact one.</source>
      <translation>Wie weit ein vereinfachter Umriss, oder eine geglättete Mittellinie, vom genauen Verlauf abweichen darf.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Centrelines</source>
      <translation>Mittellinien</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>For roads</source>
      <translation>Für Straßen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Lines along the middle, with their width, in place of areas.</source>
      <translation>Linien entlang der Mitte, mit ihrer Breite, statt Flächen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Longest gap that is bridged (m)</source>
      <translation>Längste Lücke, die überbrückt wird (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Where a road is interrupted, by a tree's shade perhaps, its centreline goes on over so much.</source>
      <translation>Wo eine Straße unterbrochen ist, etwa vom Schatten eines Baums, geht ihre Mittellinie über so viel hinweg.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Shortest centreline (m)</source>
      <translation>Kürzeste Mittellinie (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Centrelines of their own that are shorter are left out.</source>
      <translation>Kürzere Mittellinien, die für sich stehen, werden weggelassen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Road graph</source>
      <translation>Straßengraph</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>The roads as a graph too, for routing: GraphML.</source>
      <translation>Die Straßen auch als Graph, für die Routenplanung: GraphML.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>What is looked for. These are the models that came with geounet and those in your own folder of models (Plugins ▸ geounet ▸ Settings and environment…). In a script or qgis_process it is given by its name, MODEL=roads, one of your own by the name in its card.</source>
      <translation>Was gesucht wird. Dies sind die mit geounet gelieferten Modelle und die in Ihrem eigenen Modellordner (Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung…). In einem Skript oder mit qgis_process wird es beim Namen genannt, MODEL=roads, ein eigenes mit dem Namen auf seiner Karte.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model from a file, in place of the above</source>
      <translation>Modell aus einer Datei, anstelle des obigen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model card</source>
      <translation>Modellkarte</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>All files</source>
      <translation>Alle Dateien</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The card.json of a model, or the folder it is in. Where it is set, the model above is not used.</source>
      <translation>Die card.json eines Modells, oder der Ordner, in dem sie liegt. Ist sie gesetzt, wird das obige Modell nicht verwendet.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The probability from which a pixel counts, 0 to 1: lower finds more, higher is surer. The model's own where none is set.</source>
      <translation>Die Wahrscheinlichkeit, ab der ein Pixel zählt, 0 bis 1: niedriger findet mehr, höher ist sicherer. Die des Modells, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Tile (pixels)</source>
      <translation>Kachel (Pixel)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The side of the square that the network sees at once. Smaller takes less memory.</source>
      <translation>Die Seite des Quadrats, das das Netz auf einmal sieht. Kleiner braucht weniger Speicher.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap (pixels)</source>
      <translation>Überlappung (Pixel)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>How many pixels neighbouring tiles share: even, and less than the tile.</source>
      <translation>Wie viele Pixel benachbarte Kacheln teilen: gerade, und weniger als die Kachel.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Batch size</source>
      <translation>Stapelgröße</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>How many tiles are run at once; one that fits is found where none is set.</source>
      <translation>Wie viele Kacheln auf einmal gerechnet werden; eine passende Größe wird gefunden, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Joining of tiles</source>
      <translation>Verbindung der Kacheln</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlapping tiles are blended (taper) or cut in the middle of the overlap (core).</source>
      <translation>Überlappende Kacheln werden ineinander geblendet (taper) oder in der Mitte der Überlappung geschnitten (core).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Engine</source>
      <translation>Engine</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>What runs the network; auto is torch on a GPU, and on a processor what is fastest on this machine. An engine that is chosen must be installed.</source>
      <translation>Womit das Netz gerechnet wird; auto ist torch auf einer GPU und auf einem Prozessor, was auf diesem Rechner am schnellsten ist. Eine gewählte Engine muss installiert sein.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Device</source>
      <translation>Gerät</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Where the network runs: auto, cpu, cuda, cuda:1, mps …</source>
      <translation>Wo das Netz rechnet: auto, cpu, cuda, cuda:1, mps …</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The network's arithmetic; auto takes half precision where the device has it.</source>
      <translation>Die Zahlengenauigkeit des Netzes; auto nimmt halbe Genauigkeit, wo das Gerät sie hat.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Test-time augmentation</source>
      <translation>Augmentierung beim Vorhersagen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The mean over eight flips and turns: somewhat better, at eight times the work.</source>
      <translation>Das Mittel über acht Spiegelungen und Drehungen: etwas besser, bei achtfacher Arbeit.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Refinement at edges</source>
      <translation>Verfeinerung an Kanten</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Probabilities are drawn to the edges in the scene, by a dense conditional random field (crf) or a guided filter: for buildings more than for narrow roads.</source>
      <translation>Wahrscheinlichkeiten folgen den Kanten der Szene, durch ein dichtes Conditional Random Field (crf) oder einen geführten Filter (guided): eher für Gebäude als für schmale Straßen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Further models, averaged with it</source>
      <translation>Weitere Modelle, mit ihm gemittelt</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Names or folders of models, separated by semicolons: the mean of the probabilities of all of them is taken. They must look for the same, in the same bands and at the same resolution.</source>
      <translation>Namen oder Ordner von Modellen, durch Semikolons getrennt: von den Wahrscheinlichkeiten aller wird das Mittel genommen. Sie müssen dasselbe suchen, in denselben Bändern und bei derselben Auflösung.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Storage of probabilities</source>
      <translation>Speicherung der Wahrscheinlichkeiten</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>uint8 keeps them in steps of 1/250, in a quarter of the space.</source>
      <translation>uint8 speichert sie in Schritten von 1/250, auf einem Viertel des Platzes.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Bands chosen: {count}; model “{model}” expects {wanted}: {bands}</source>
      <translation>Gewählte Kanäle: {count}; das Modell „{model}“ erwartet {wanted}: {bands}</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>{file} is no model: expected a card.json or the folder it is in ({reason})</source>
      <translation>{file} ist kein Modell: erwartet wird eine card.json oder der Ordner, in dem sie liegt ({reason})</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap is {overlap} pixels; expected an even number</source>
      <translation>Die Überlappung ist {overlap} Pixel; erwartet wird eine gerade Zahl</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap is {overlap} pixels; expected less than the tile, {tile}</source>
      <translation>Die Überlappung ist {overlap} Pixel; erwartet wird weniger als die Kachel, {tile}</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>The satellite or aerial image: a file, a cloud-optimised GeoTIFF on a server, a virtual raster, or a web map, of which the extent is fetched first.</source>
      <translation>Das Satelliten- oder Luftbild: eine Datei, ein cloud-optimiertes GeoTIFF auf einem Server, ein virtuelles Raster, oder ein Kartendienst, von dem zuerst die Ausdehnung geholt wird.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>The scene's bands that are the model's, in its order (red, green, blue). Where none are chosen they are found by their names, else as the layer shows them.</source>
      <translation>Die Kanäle der Szene, die das Modell braucht, in seiner Reihenfolge (rot, grün, blau). Sind keine gewählt, werden sie nach ihren Namen gefunden, sonst so, wie der Layer sie darstellt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Extent</source>
      <translation>Ausdehnung</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Only this rectangle is mapped; the whole scene where none is given. Its CRS may be another one.</source>
      <translation>Nur dieses Rechteck wird kartiert; die ganze Szene, wenn keines angegeben ist. Es darf ein anderes KBS haben.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Only what lies in these polygons is mapped.</source>
      <translation>Nur was in diesen Polygonen liegt, wird kartiert.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Metres per pixel to work at</source>
      <translation>Meter pro Pixel, mit denen gearbeitet wird</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>“model” works at the model's resolution, “native” at the scene's; or a number of metres.</source>
      <translation>„model“ arbeitet mit der Auflösung des Modells, „native“ mit der der Szene; oder eine Zahl in Metern.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Scene statistics</source>
      <translation>Statistik der Szene</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Statistics to normalise by, from elsewhere: a JSON file with “low” and “high”, a value a band.</source>
      <translation>Statistik zum Normalisieren, von anderswo: eine JSON-Datei mit „low“ und „high“, je ein Wert pro Kanal.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>“{gsd}” is no resolution; expected model, native or metres</source>
      <translation>„{gsd}“ ist keine Auflösung; erwartet wird model, native oder Meter</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The image that is trained on. Several tiles are one scene as a virtual raster (Raster ▸ Miscellaneous).</source>
      <translation>Das Bild, mit dem trainiert wird. Mehrere Kacheln sind als virtuelles Raster eine Szene (Raster ▸ Sonstiges).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Labels</source>
      <translation>Trainingsdaten</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Polygons or lines of what is looked for, or a raster of class numbers (0 background, 255 not known). In a layer with the field “review”, features that were accepted are labels, rejected ones are background, and what nobody has reviewed yet is left out.</source>
      <translation>Polygone oder Linien dessen, was gesucht wird, oder ein Raster mit Klassennummern (0 Hintergrund, 255 unbekannt). In einem Layer mit dem Feld „review“ zählen angenommene Objekte, abgelehnte sind Hintergrund, und was noch niemand begutachtet hat, bleibt außen vor.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Field of the class</source>
      <translation>Feld der Klasse</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where there are several classes, the labels' field that names each feature's; “class” where none is set.</source>
      <translation>Bei mehreren Klassen das Feld der Trainingsdaten, das die Klasse jedes Objekts nennt; „class“, wenn keines gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Width of lines (metres)</source>
      <translation>Breite von Linien (Meter)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>How wide labels that are lines are drawn: some 7 m for roads.</source>
      <translation>Wie breit Trainingsdaten gezeichnet werden, die Linien sind: etwa 7 m bei Straßen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Labelled extent</source>
      <translation>Erfasste Ausdehnung</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Only this part of the scene is trained on: where everything is labelled. The whole scene otherwise.</source>
      <translation>Nur mit diesem Teil der Szene wird trainiert: wo alles erfasst ist. Sonst mit der ganzen Szene.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Validation: scene</source>
      <translation>Validierung: Szene</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Another place, which the model is judged by. Without one, a fifth of the scene is kept for that: squares here and there, which are not trained on.</source>
      <translation>Ein anderer Ort, an dem das Modell gemessen wird. Ohne einen bleibt dafür ein Fünftel der Szene: Quadrate hier und dort, mit denen nicht trainiert wird.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Validation: labels</source>
      <translation>Validierung: Trainingsdaten</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What is right there; the labels above where none are given.</source>
      <translation>Was dort stimmt; die obigen Trainingsdaten, wenn keine angegeben sind.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Other areas</source>
      <translation>Andere Flächen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Start from</source>
      <translation>Ausgehen von</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Begin with the model's weights</source>
      <translation>Mit den Gewichten des Modells beginnen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Goes on from what that model has learnt: some twenty labelled tiles and a few hundred steps are enough then. What other classes or bands change begins anew. Otherwise only its settings are taken, and all but the encoder is learnt from nothing.</source>
      <translation>Geht von dem aus, was dieses Modell gelernt hat: dann genügen etwa zwanzig erfasste Kacheln und ein paar hundert Schritte. Was andere Klassen oder Bänder verändern, beginnt neu. Sonst werden nur seine Einstellungen übernommen, und alles außer dem Encoder wird von Grund auf gelernt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Name of the new model</source>
      <translation>Name des neuen Modells</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What it is called in lists and results.</source>
      <translation>Wie es in Listen und Ergebnissen heißt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What it finds</source>
      <translation>Was es findet</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>This chooses how its results are finished: right angles for buildings, centrelines for roads.</source>
      <translation>Davon hängt ab, wie seine Ergebnisse aufbereitet werden: rechte Winkel für Gebäude, Mittellinien für Straßen.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Names separated by commas, the background first, such as background,roof,pool; the model's otherwise.</source>
      <translation>Namen, durch Kommas getrennt, der Hintergrund zuerst, etwa background,roof,pool; sonst die des Modells.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The resolution that it will work at; the model's own where none is set.</source>
      <translation>Die Auflösung, mit der es arbeiten wird; die des Modells, wenn nichts gesetzt ist.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>How long it is trained: a few hundred with the weights of a model, a few thousand without, a few for a try.</source>
      <translation>Wie lange es trainiert wird: ein paar hundert mit den Gewichten eines Modells, einige Tausend ohne, wenige für einen Versuch.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The folder of the new model. One within your own folder of models (Plugins ▸ geounet ▸ Settings and environment…) is offered in all dialogs.</source>
      <translation>Der Ordner des neuen Modells. Einer in Ihrem eigenen Modellordner (Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung…) wird in allen Dialogen angeboten.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What values of the field mean</source>
      <translation>Was Werte des Feldes bedeuten</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where the labels' values are not the names of the classes: value=class, separated by commas, such as house=building,shed=building,ruin= (nothing behind the sign: not trained on). A raster's class numbers too.</source>
      <translation>Wenn die Werte der Trainingsdaten nicht die Namen der Klassen sind: Wert=Klasse, durch Kommas getrennt, etwa haus=building,schuppen=building,ruine= (nichts hinter dem Zeichen: damit wird nicht trainiert). Auch Klassennummern eines Rasters.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where none are chosen they are found by their names, else as the layer shows them.</source>
      <translation>Sind keine gewählt, werden sie nach ihren Namen gefunden, sonst so, wie der Layer sie darstellt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Names of the bands</source>
      <translation>Namen der Kanäle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Separated by commas, such as nir,red,green, where they are others than those of the model.</source>
      <translation>Durch Kommas getrennt, etwa nir,red,green, wenn es andere sind als die des Modells.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>First weights of the encoder</source>
      <translation>Erste Gewichte des Encoders</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where the model's own weights are not taken: “imagenet” fetches some from the internet once; “none” starts from nothing; or a .safetensors file.</source>
      <translation>Wenn nicht die Gewichte des Modells genommen werden: „imagenet“ holt welche einmal aus dem Internet; „none“ beginnt ohne; oder eine .safetensors-Datei.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Crops that are trained on at once.</source>
      <translation>Ausschnitte, mit denen auf einmal trainiert wird.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Crop (pixels)</source>
      <translation>Ausschnitt (Pixel)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The side of a crop: a multiple of 32.</source>
      <translation>Die Seite eines Ausschnitts: ein Vielfaches von 32.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Learning rate</source>
      <translation>Lernrate</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>At its highest; 0.0003 with the weights of a model and 0.001 without where none is set.</source>
      <translation>An ihrem höchsten Punkt; ist keine gesetzt, 0.0003 mit den Gewichten eines Modells und 0.001 ohne.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Longest time (minutes)</source>
      <translation>Längste Dauer (Minuten)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Ends the run early, with the best weights so far.</source>
      <translation>Beendet den Lauf vorzeitig, mit den bis dahin besten Gewichten.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where it is trained.</source>
      <translation>Wo trainiert wird.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Seed</source>
      <translation>Startwert</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The same seed gives the same model on the same machine.</source>
      <translation>Derselbe Startwert ergibt auf demselben Rechner dasselbe Modell.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Licence</source>
      <translation>Lizenz</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Under which you give the model to others; it is kept in its card.</source>
      <translation>Unter der Sie das Modell weitergeben; sie steht in seiner Karte.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Replace a model that is in the folder</source>
      <translation>Ein Modell im Ordner ersetzen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Else the run stops where there is one already.</source>
      <translation>Sonst bricht der Lauf ab, wo es schon eines gibt.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Go on with an interrupted run</source>
      <translation>Einen unterbrochenen Lauf fortsetzen</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>With all else as it was then, the model's folder too, a run that was cancelled goes on from its last validation, to the same model. It begins anew where there is none.</source>
      <translation>Ist alles andere wie damals, auch der Ordner des Modells, so geht ein abgebrochener Lauf ab seiner letzten Validierung weiter, zum selben Modell. Gibt es keinen, beginnt er neu.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Predict probabilities</source>
      <translation>Wahrscheinlichkeiten vorhersagen</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Writes what a model sees in each pixel of a scene, as a cloud-optimised GeoTIFF: the probability of each class, the most probable class, or both.

“Vectorise classes” makes a layer of a class raster; “Extract features” does all in one go.</source>
      <translation>Schreibt, was ein Modell in jedem Pixel einer Szene sieht, als cloud-optimiertes GeoTIFF: die Wahrscheinlichkeit jeder Klasse, die wahrscheinlichste Klasse, oder beides.

„Klassen vektorisieren“ macht aus einem Klassenraster einen Layer; „Objekte extrahieren“ tut alles in einem Zug.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>segmentation,classification,deep learning,AI,U-Net,GeoAI,inference,heat map</source>
      <translation>Segmentierung,Klassifikation,Deep Learning,KI,U-Net,GeoAI,Inferenz,Heatmap</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Both: the classes in a file beside</source>
      <translation>Beides: die Klassen in einer Datei daneben</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>What is written</source>
      <translation>Was geschrieben wird</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>With both, the class raster lies beside the probabilities, as NAME_class.tif.</source>
      <translation>Bei beidem liegt das Klassenraster neben den Wahrscheinlichkeiten, als NAME_class.tif.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>The raster, a cloud-optimised GeoTIFF on the scene's grid or at the model's resolution.</source>
      <translation>Das Raster, ein cloud-optimiertes GeoTIFF auf dem Gitter der Szene oder in der Auflösung des Modells.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Class raster, where both are written</source>
      <translation>Klassenraster, wenn beides geschrieben wird</translation>
    </message>
    <message>
      <location filename="../algs/problems.py" />
      <source>Layer {name} is a picture drawn by a service; expected a raster of class numbers</source>
      <translation>Der Layer {name} ist ein von einem Dienst gezeichnetes Bild; erwartet wird ein Raster mit Klassennummern</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>Regularise buildings</source>
      <translation>Gebäude begradigen</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>Draws the buildings of a class raster with right angles and parallel walls, where these fit; walls that two buildings share stay shared. What fits no such outline keeps its exact one: the field “regularized” says which.</source>
      <translation>Zeichnet die Gebäude eines Klassenrasters mit rechten Winkeln und parallelen Wänden, wo diese passen; Wände, die zwei Gebäude sich teilen, bleiben gemeinsam. Wozu kein solcher Umriss passt, behält den genauen: das Feld „regularized“ sagt, welche das sind.</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>orthogonalise,orthogonalize,right angles,footprints,squaring,buildings</source>
      <translation>orthogonalisieren,rechte Winkel,Gebäudeumrisse,begradigen,Gebäude,regularize</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>Starting geounet…</source>
      <translation>geounet wird gestartet…</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung…</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>See {menu}</source>
      <translation>Siehe {menu}</translation>
    </message>
    <message>
      <location filename="../algs/small_setup.py" />
      <source>The small environment cannot do this: choose another build in Plugins ▸ geounet ▸ Settings and environment…, and press Repair</source>
      <translation>Die kleine Umgebung kann das nicht: wählen Sie unter Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung… eine andere Variante und drücken Sie Reparieren</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Train a model</source>
      <translation>Ein Modell trainieren</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Makes a model of your own from a scene and its labels: polygons, lines, or a raster of class numbers. All that is not labelled counts as background, so label an area completely, and limit the extent to it. A result of “Extract features” that you have reviewed can be the labels: by its field “review”, what is accepted is learnt, what is rejected is background, and what nobody has looked at is left out.

It begins with the weights of the model that you start from, and goes on with what you show it. With some twenty labelled tiles that takes a few hundred steps: minutes, not hours, on a processor too. Without these weights it takes thousands of steps and many hundred labelled objects, and wants a GPU.

The best weights are chosen, and the model's figures measured, on a place that is not trained on: a scene and labels of their own, or, where none are given, squares of the scene, a fifth of those with labels. The report shows how good the model is there, and where it errs.</source>
      <translation>Macht ein eigenes Modell aus einer Szene und ihren Trainingsdaten: Polygonen, Linien oder einem Raster mit Klassennummern. Alles, was nicht erfasst ist, gilt als Hintergrund; erfassen Sie also ein Gebiet vollständig, und beschränken Sie die Ausdehnung darauf. Auch ein Ergebnis von „Objekte extrahieren“, das Sie begutachtet haben, kann das sein: nach seinem Feld „review“ wird gelernt, was angenommen ist, Hintergrund ist, was abgelehnt ist, und was niemand angesehen hat, bleibt außen vor.

Es beginnt mit den Gewichten des Modells, von dem Sie ausgehen, und lernt aus dem weiter, was Sie ihm zeigen. Mit etwa zwanzig erfassten Kacheln sind das ein paar hundert Schritte: Minuten, nicht Stunden, auch auf einem Prozessor. Ohne diese Gewichte braucht es Tausende von Schritten und viele hundert erfasste Objekte, und es verlangt nach einer GPU.

Die besten Gewichte werden an einem Ort gewählt und die Kennzahlen des Modells dort gemessen, mit dem nicht trainiert wird: in einer eigenen Szene mit eigenen Daten, oder, wenn keine angegeben sind, in Quadraten der Szene, einem Fünftel derer mit Trainingsdaten. Der Bericht zeigt, wie gut das Modell dort ist und wo es irrt.</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>learn,deep learning,U-Net,labels,samples,fit,own model</source>
      <translation>lernen,Deep Learning,U-Net,Trainingsdaten,Stichproben,anpassen,eigenes Modell</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>IoU on the place that was not trained on</source>
      <translation>IoU an dem Ort, mit dem nicht trainiert wurde</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>The model's threshold</source>
      <translation>Schwellenwert des Modells</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{title}” takes the folder of the model that the interrupted run was to make.</source>
      <translation>„{title}“ braucht den Ordner des Modells, das der unterbrochene Lauf machen sollte.</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Classes are at least two: the background first, such as background,building</source>
      <translation>Es sind mindestens zwei Klassen: der Hintergrund zuerst, etwa background,building</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Bands chosen: {count}; bands named: {names} ({bands})</source>
      <translation>Gewählte Kanäle: {count}; benannte Kanäle: {names} ({bands})</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{model}” works at any resolution: say how many metres per pixel to train at</source>
      <translation>„{model}“ arbeitet mit jeder Auflösung: sagen Sie, mit wie vielen Metern pro Pixel trainiert werden soll</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{pair}” does not say what the value means: expected value=class, such as house=building</source>
      <translation>„{pair}“ sagt nicht, was der Wert bedeutet: erwartet wird Wert=Klasse, etwa haus=building</translation>
    </message>
    <message>
      <location filename="../algs/training_files.py" />
      <source>Nothing can be written to {folder} ({why}): choose another folder for the model.</source>
      <translation>In {folder} kann nichts geschrieben werden ({why}): wählen Sie einen anderen Ordner für das Modell.</translation>
    </message>
    <message>
      <location filename="../algs/training_hints.py" />
      <source>Hint: training needs more packages than the rest. In Plugins ▸ geounet ▸ Settings and environment…, under Advanced, tick “Install what training needs too”, and press Repair.</source>
      <translation>Hinweis: Das Training braucht mehr Pakete als alles andere. Setzen Sie unter Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung… ▸ Erweitert den Haken bei „Auch installieren, was das Training braucht“ und drücken Sie Reparieren.</translation>
    </message>
    <message>
      <location filename="../algs/training_hints.py" />
      <source>Hint: label more places, or label a second scene and give it as “{title}”.</source>
      <translation>Hinweis: Erfassen Sie mehr Stellen, oder erfassen Sie eine zweite Szene und geben Sie sie als „{title}“ an.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>There are labels for validation, but no scene that they belong to.</source>
      <translation>Es gibt Trainingsdaten zur Validierung, aber keine Szene, zu der sie gehören.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>Layer {} is a map service without a size of its own: choose an extent.</source>
      <translation>Der Layer {} ist ein Kartendienst ohne eigene Größe: wählen Sie eine Ausdehnung.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{other}” is the scene that is trained on: leave it empty, and a part of the scene is kept for it.</source>
      <translation>„{other}“ ist die Szene, mit der trainiert wird: lassen Sie es leer, dann bleibt ein Teil der Szene dafür.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{labels}” have no field {field}: expected one of {fields}.</source>
      <translation>„{labels}“ haben kein Feld {field}: erwartet wird eines von {fields}.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{labels}” are lines: say how wide they are in “{width}”, some 7 m for roads.</source>
      <translation>„{labels}“ sind Linien: geben Sie unter „{width}“ an, wie breit sie sind, etwa 7 m bei Straßen.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>The scene is {across} × {up} m, and a crop {crop} m: too little to train on one part and to keep another for validation. Choose a smaller “{title}”, or another scene as “{other}”.</source>
      <translation>Die Szene misst {across} × {up} m, ein Ausschnitt {crop} m: zu wenig, um mit einem Teil zu trainieren und einen anderen für die Validierung zu behalten. Wählen Sie bei „{title}“ weniger, oder eine andere Szene als „{other}“.</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>Vectorise classes</source>
      <translation>Klassen vektorisieren</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>Draws the objects of a class raster as a layer: exact outlines, pixel for pixel, with holes, or regularised ones, or centrelines of roads.

Each has its class, true area and perimeter, or length and width, and an empty field “review”.</source>
      <translation>Zeichnet die Objekte eines Klassenrasters als Layer: genaue Umrisse, Pixel für Pixel, mit Löchern, oder begradigte, oder Mittellinien von Straßen.

Jedes hat seine Klasse, wahre Fläche und Umfang, oder Länge und Breite, und ein leeres Feld „review“.</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>polygonize,polygonise,raster to vector,outlines,footprints,trace</source>
      <translation>polygonisieren,Raster zu Vektor,Umrisse,Gebäudeumrisse,nachzeichnen,polygonize</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copy as Command Line</source>
      <translation>Als Befehlszeile kopieren</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copy the geounet command that does the same in a terminal</source>
      <translation>Den geounet-Befehl kopieren, der dasselbe in einem Terminal tut</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Export the layer “{layer}” as {file} first: geounet cannot open it by itself.</source>
      <translation>Exportieren Sie zuerst den Layer „{layer}“ als {file}: geounet kann ihn nicht selbst öffnen.</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copied</source>
      <translation>Kopiert</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Not copied</source>
      <translation>Nicht kopiert</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>wrong or missing value: {}</source>
      <translation>falscher oder fehlender Wert: {}</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Checking {}</source>
      <translation>{} wird geprüft</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Models: {}</source>
      <translation>Modelle: {}</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Ready: geounet {}, models {}.</source>
      <translation>Bereit: geounet {}, Modelle {}.</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Cancelled.</source>
      <translation>Abgebrochen.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>A &amp;private environment, made here</source>
      <translation>Eine &amp;private Umgebung, hier angelegt</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>An &amp;existing environment</source>
      <translation>Eine &amp;vorhandene Umgebung</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of your own models</source>
      <translation>Ordner Ihrer eigenen Modelle</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Choose the Python of the existing environment first.</source>
      <translation>Wählen Sie zuerst das Python der vorhandenen Umgebung.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Choose the folder of wheels first.</source>
      <translation>Wählen Sie zuerst den Ordner mit den Wheels.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Automatic: {}</source>
      <translation>Automatisch: {}</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Automatic</source>
      <translation>Automatisch</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of the private environment</source>
      <translation>Ordner der privaten Umgebung</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CPU (no graphics card)</source>
      <translation>CPU (keine Grafikkarte)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Small: CPU only, without training (about 900 MB)</source>
      <translation>Klein: nur CPU, ohne Training (etwa 900 MB)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CUDA 12.6 (NVIDIA graphics card)</source>
      <translation>CUDA 12.6 (Grafikkarte von NVIDIA)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CUDA 12.8 (newest NVIDIA graphics cards)</source>
      <translation>CUDA 12.8 (neueste Grafikkarten von NVIDIA)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>&amp;Folder</source>
      <translation>&amp;Ordner</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>P&amp;ython</source>
      <translation>P&amp;ython</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>&amp;Build</source>
      <translation>Varia&amp;nte</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Packa&amp;ges</source>
      <translation>Pa&amp;kete</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Bro&amp;wse…</source>
      <translation>Durch&amp;suchen…</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Downloaded</source>
      <translation>Heruntergeladen</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>From a folder of wheels</source>
      <translation>Aus einem Ordner mit Wheels</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of wheels</source>
      <translation>Ordner mit Wheels</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Advanced</source>
      <translation>Erweitert</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>the version that this plugin is made for</source>
      <translation>die Version, für die diese Erweiterung gemacht ist</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>What is installed instead: a requirement as pip takes it, a wheel or a folder</source>
      <translation>Was stattdessen installiert wird: eine Angabe, wie pip sie versteht, ein Wheel oder ein Ordner</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Install what &amp;training needs too</source>
      <translation>Auch installieren, was das &amp;Training braucht</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Re&amp;quirement</source>
      <translation>Anfor&amp;derung</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Python of the environment</source>
      <translation>Python der Umgebung</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The environment must have geounet installed; nothing in it is changed. Check says whether it fits.</source>
      <translation>In der Umgebung muss geounet installiert sein; nichts in ihr wird geändert. „Prüfen“ sagt, ob sie passt.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Your &amp;models</source>
      <translation>Ihre &amp;Modelle</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Python to make the environment of</source>
      <translation>Python, aus dem die Umgebung gemacht wird</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Runs models that carry their graph: the shipped ones do, and those that training has made. Training, evaluation and the import of other models need another build.</source>
      <translation>Lässt Modelle laufen, die ihren Graphen mitbringen: die mitgelieferten tun es, und die aus einem Training. Training, Bewertung und der Import anderer Modelle brauchen eine andere Variante.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>As chosen; Automatic takes what fits this computer.</source>
      <translation>Wie gewählt; „Automatisch“ nimmt, was zu diesem Rechner passt.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Looking for graphics cards…</source>
      <translation>Grafikkarten werden gesucht…</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The package index's own (with CUDA, about 7 GB)</source>
      <translation>Die des Paketverzeichnisses (mit CUDA, etwa 7 GB)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The package index's own</source>
      <translation>Die des Paketverzeichnisses</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>Removing {}</source>
      <translation>{} wird entfernt</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>The private environment was removed.</source>
      <translation>Die private Umgebung wurde entfernt.</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: {}. The environment variable {} names it, and wins over what is chosen here.</source>
      <translation>In Gebrauch: {}. Die Umgebungsvariable {} nennt es und geht vor, was immer hier gewählt ist.</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: {}</source>
      <translation>In Gebrauch: {}</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: the private environment, with geounet {}. Build of torch: {}</source>
      <translation>In Gebrauch: die private Umgebung, mit geounet {}. Variante von torch: {}</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>the package index's own, with CUDA</source>
      <translation>die des Paketverzeichnisses, mit CUDA</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>the package index's own</source>
      <translation>die des Paketverzeichnisses</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>none: it is the small one, for the CPU</source>
      <translation>keine: es ist die kleine, für die CPU</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>from a folder of wheels</source>
      <translation>aus einem Ordner mit Wheels</translation>
    </message>
    <message>
      <location filename="../gui/network.py" />
      <source>Downloads use the system's proxy, if there is one, and the system's certificates.</source>
      <translation>Heruntergeladen wird über den Proxy des Systems, wenn es einen gibt, und mit den Zertifikaten des Systems.</translation>
    </message>
    <message>
      <location filename="../gui/network.py" />
      <source>Downloads use QGIS's proxy ({}) and the system's certificates.</source>
      <translation>Heruntergeladen wird über den Proxy von QGIS ({}) und mit den Zertifikaten des Systems.</translation>
    </message>
    <message>
      <location filename="../gui/results.py" />
      <source>Checked</source>
      <translation>Geprüft</translation>
    </message>
    <message>
      <location filename="../gui/results.py" />
      <source>Found</source>
      <translation>Gefunden</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet: settings and environment</source>
      <translation>geounet: Einstellungen und Umgebung</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>step %v of %m</source>
      <translation>Schritt %v von %m</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Chec&amp;ks</source>
      <translation>Prüfun&amp;gen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Log</source>
      <translation>Protoko&amp;ll</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet runs in an environment of its own, outside QGIS: nothing is installed into QGIS's Python, and QGIS cannot be broken by it.</source>
      <translation>geounet läuft in einer eigenen Umgebung außerhalb von QGIS: in das Python von QGIS wird nichts installiert, und QGIS kann davon nicht beschädigt werden.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Install</source>
      <translation>&amp;Installieren</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Repair</source>
      <translation>&amp;Reparieren</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remo&amp;ve…</source>
      <translation>&amp;Entfernen…</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Check</source>
      <translation>Prü&amp;fen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>C&amp;ancel</source>
      <translation>&amp;Abbrechen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Ask geounet what it needs and what it finds, graphics cards among it.</source>
      <translation>geounet fragen, was es braucht und was es findet, auch Grafikkarten.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>About 3 GB of space are needed, with CUDA 10 GB, of the small one 1 GB.</source>
      <translation>Etwa 3 GB Platz werden gebraucht, mit CUDA 10 GB, für die kleine 1 GB.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Make the private environment anew; the one in use stays until the new one works.</source>
      <translation>Die private Umgebung neu anlegen; die jetzige bleibt, bis die neue funktioniert.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Make the private environment.</source>
      <translation>Die private Umgebung anlegen.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>It would not be used: the environment variable {} names another.</source>
      <translation>Sie würde nicht benutzt: die Umgebungsvariable {} nennt eine andere.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Install</source>
      <translation>Installieren</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Repair</source>
      <translation>Reparieren</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove the private environment in {}? It can be made again at any time.</source>
      <translation>Die private Umgebung in {} entfernen? Sie kann jederzeit neu angelegt werden.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove the environment</source>
      <translation>Umgebung entfernen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Check</source>
      <translation>Prüfen</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet: looking for Python</source>
      <translation>geounet: Python wird gesucht</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Ending…</source>
      <translation>Wird beendet…</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Made with geounet {}.</source>
      <translation>Gemacht mit geounet {}.</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Scene: {}</source>
      <translation>Szene: {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Model: {}</source>
      <translation>Modell: {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Classes: {}</source>
      <translation>Klassen: {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Attribution: {}</source>
      <translation>Quellenangabe: {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Licence: {}</source>
      <translation>Lizenz: {}</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>The extent has no place in the layer's coordinate system.</source>
      <translation>Die Ausdehnung hat im Koordinatensystem des Layers keinen Ort.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>The extent lies outside layer {}.</source>
      <translation>Die Ausdehnung liegt außerhalb des Layers {}.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>Layer {} is a map service without pixels of its own: choose metres per pixel.</source>
      <translation>Der Layer {} ist ein Kartendienst ohne eigene Pixel: wählen Sie Meter pro Pixel.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>Layer {name} would have to be written out at {cols} × {rows} pixels, more than {most} million: choose a smaller extent, or more metres per pixel.</source>
      <translation>Der Layer {name} müsste mit {cols} × {rows} Pixeln geschrieben werden, mehr als {most} Millionen: wählen Sie eine kleinere Ausdehnung, oder mehr Meter pro Pixel.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Writing layer {name} out: {cols} × {rows} pixels.</source>
      <translation>Der Layer {name} wird geschrieben: {cols} × {rows} Pixel.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Layer {} cannot be written out.</source>
      <translation>Der Layer {} kann nicht geschrieben werden.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Layer {} gave no picture of the extent: is there a connection, and has it imagery there?</source>
      <translation>Der Layer {} gab kein Bild der Ausdehnung: besteht eine Verbindung, und hat er dort Bilder?</translation>
    </message>
    <message>
      <location filename="../layers/export_vector.py" />
      <source>Writing the features of layer {} out.</source>
      <translation>Die Objekte des Layers {} werden geschrieben.</translation>
    </message>
    <message>
      <location filename="../layers/export_vector.py" />
      <source>The features of layer {name} cannot be written out: {why}</source>
      <translation>Die Objekte des Layers {name} können nicht geschrieben werden: {why}</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Number</source>
      <translation>Nummer</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Class</source>
      <translation>Klasse</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Confidence</source>
      <translation>Konfidenz</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Confidence, 10th percentile</source>
      <translation>Konfidenz, 10. Perzentil</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Area (m²)</source>
      <translation>Fläche (m²)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Perimeter (m)</source>
      <translation>Umfang (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Length (m)</source>
      <translation>Länge (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Width (m)</source>
      <translation>Breite (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Touches the edge</source>
      <translation>Berührt den Rand</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Regularised</source>
      <translation>Begradigt</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Review</source>
      <translation>Begutachtung</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Not reviewed yet</source>
      <translation>Noch nicht begutachtet</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Accepted</source>
      <translation>Angenommen</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Rejected</source>
      <translation>Abgelehnt</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” cannot be read: is its file, or its service, still there?</source>
      <translation>„{title}“ kann nicht gelesen werden: ist die Datei, oder der Dienst, noch da?</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” is neither a raster nor a vector layer</source>
      <translation>„{title}“ ist weder ein Raster- noch ein Vektorlayer</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” is a picture drawn by a service; expected a raster of classes, or a vector layer</source>
      <translation>„{title}“ ist ein von einem Dienst gezeichnetes Bild; erwartet wird ein Klassenraster oder ein Vektorlayer</translation>
    </message>
    <message>
      <location filename="../layers/rasters.py" />
      <source>Class {number}</source>
      <translation>Klasse {number}</translation>
    </message>
    <message>
      <location filename="../layers/replaced.py" />
      <source>The layer “{layer}” has unsaved edits of {file}, which would be replaced: save or discard them, or write to another file.</source>
      <translation>Der Layer „{layer}“ hat ungespeicherte Änderungen an {file}, das ersetzt würde: speichern oder verwerfen Sie diese, oder schreiben Sie in eine andere Datei.</translation>
    </message>
    <message>
      <location filename="../layers/replaced.py" />
      <source>{file} was replaced while the layer “{layer}” was edited: discard these edits, they no longer fit.</source>
      <translation>{file} wurde ersetzt, während der Layer „{layer}“ bearbeitet wurde: verwerfen Sie diese Änderungen, sie passen nicht mehr.</translation>
    </message>
    <message>
      <location filename="../layers/results.py" />
      <source>{layer} was loaded, but could not be shown as it should be: {error}</source>
      <translation>{layer} wurde geladen, konnte aber nicht wie vorgesehen dargestellt werden: {error}</translation>
    </message>
    <message>
      <location filename="../layers/sources.py" />
      <source>The raster layer cannot be read: is its file, or its service, still there?</source>
      <translation>Der Rasterlayer kann nicht gelesen werden: ist die Datei, oder der Dienst, noch da?</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>macOS has one build, which uses Apple's GPUs by itself.</source>
      <translation>Für macOS gibt es eine Variante, die Apples GPUs von selbst nutzt.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>No NVIDIA GPU was found.</source>
      <translation>Keine GPU von NVIDIA gefunden.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>For {names}, driver {driver}.</source>
      <translation>Für {names}, Treiber {driver}.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>No one build serves {names} as well.</source>
      <translation>Keine Variante passt auch für {names}.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>The driver {driver} of {name} is too old: {needed} or later is needed.</source>
      <translation>Der Treiber {driver} von {name} ist zu alt: {needed} oder neuer wird gebraucht.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>{name} is too old for today's torch (compute capability {capability}).</source>
      <translation>{name} ist zu alt für das heutige torch (Compute Capability {capability}).</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>{name} is newer than this plugin knows (compute capability {capability}).</source>
      <translation>{name} ist neuer, als diese Erweiterung kennt (Compute Capability {capability}).</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>geounet {found} was installed; this plugin needs {needed}.</source>
      <translation>geounet {found} wurde installiert; diese Erweiterung braucht {needed}.</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>Ask for another version in the settings, or update the plugin.</source>
      <translation>Verlangen Sie in den Einstellungen eine andere Version, oder aktualisieren Sie die Erweiterung.</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>it said nothing</source>
      <translation>es hat nichts gesagt</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>geounet was installed, but does not work: {reason}</source>
      <translation>geounet wurde installiert, funktioniert aber nicht: {reason}</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>The log says more. Another Python or build of torch may help.</source>
      <translation>Das Protokoll sagt mehr. Ein anderes Python oder eine andere Variante von torch kann helfen.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>The environment's Python is gone.</source>
      <translation>Das Python der Umgebung ist nicht mehr da.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>The environment has geounet {found}; this plugin needs {needed}.</source>
      <translation>Die Umgebung hat geounet {found}; diese Erweiterung braucht {needed}.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>{folder} could not be removed altogether.</source>
      <translation>{folder} konnte nicht ganz entfernt werden.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>End the runs of geounet that still use it, and try again.</source>
      <translation>Beenden Sie die Läufe von geounet, die sie noch benutzen, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The disk is full.</source>
      <translation>Der Datenträger ist voll.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Free some space, or choose a folder on another disk: the CPU build takes 3 GB, a CUDA build 10 GB.</source>
      <translation>Schaffen Sie Platz, oder wählen Sie einen Ordner auf einem anderen Datenträger: die CPU-Variante braucht 3 GB, eine CUDA-Variante 10 GB.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>A path became too long.</source>
      <translation>Ein Pfad wurde zu lang.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose a folder with a short path.</source>
      <translation>Wählen Sie einen Ordner mit kurzem Pfad.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Check the proxy in Settings ▸ Options ▸ Network.</source>
      <translation>Prüfen Sie den Proxy in Einstellungen ▸ Optionen ▸ Netzwerk.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The proxy refuses the user or the password.</source>
      <translation>Der Proxy weist den Benutzer oder das Passwort ab.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>pip cannot use a SOCKS proxy by itself.</source>
      <translation>pip allein kann keinen SOCKS-Proxy benutzen.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The certificate of the package index is not trusted.</source>
      <translation>Dem Zertifikat des Paketindex wird nicht vertraut.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>If your office inspects connections, its root certificate must be among the system's: ask your IT.</source>
      <translation>Wenn Ihr Büro Verbindungen prüft, muss dessen Stammzertifikat unter denen des Systems sein: fragen Sie Ihre IT.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The proxy cannot be reached, or refuses.</source>
      <translation>Der Proxy ist nicht erreichbar, oder weist ab.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The package index cannot be reached.</source>
      <translation>Der Paketindex ist nicht erreichbar.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Check the connection and the proxy in Settings ▸ Options ▸ Network, or install from a folder of wheels.</source>
      <translation>Prüfen Sie die Verbindung und den Proxy in Einstellungen ▸ Optionen ▸ Netzwerk, oder installieren Sie aus einem Ordner mit Wheels.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The download broke off.</source>
      <translation>Das Herunterladen brach ab.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Try again: what was downloaded is kept, and it goes on from there.</source>
      <translation>Versuchen Sie es noch einmal: Heruntergeladenes bleibt, und es geht von dort weiter.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>geounet itself was not found.</source>
      <translation>geounet selbst wurde nicht gefunden.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The plugin's zip brings it along: install the plugin from that once more. Or put geounet's wheel into the folder of wheels, or name it under Advanced ▸ Requirement.</source>
      <translation>Die Zip-Datei der Erweiterung bringt es mit: installieren Sie die Erweiterung noch einmal aus ihr. Oder legen Sie das Wheel von geounet in den Ordner mit Wheels, oder nennen Sie es unter Erweitert ▸ Anforderung.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The packages that geounet needs were not all found.</source>
      <translation>Nicht alle Pakete, die geounet braucht, wurden gefunden.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Look into the log for their names: the package index, or the folder of wheels, must have all of them.</source>
      <translation>Ihre Namen stehen im Protokoll: das Paketverzeichnis, oder der Ordner mit Wheels, muss sie alle haben.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>A file could not be written.</source>
      <translation>Eine Datei konnte nicht geschrieben werden.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose a folder of your own; a virus scanner may also be holding a file: then try again.</source>
      <translation>Wählen Sie einen eigenen Ordner; es kann auch ein Virenscanner eine Datei festhalten: dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The log says more.</source>
      <translation>Das Protokoll sagt mehr.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>{path} cannot be written: {error}.</source>
      <translation>{path} kann nicht geschrieben werden: {error}.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The folder</source>
      <translation>Der Ordner</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose another folder.</source>
      <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Looking for Python</source>
      <translation>Python wird gesucht</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Choosing the build of torch</source>
      <translation>Die Variante von torch wird gewählt</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Making the environment</source>
      <translation>Die Umgebung wird angelegt</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>The environment could not be made</source>
      <translation>Die Umgebung konnte nicht angelegt werden</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Checking geounet</source>
      <translation>geounet wird geprüft</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Python {version}: {path}</source>
      <translation>Python {version}: {path}</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>No Python fits: uv brings one.</source>
      <translation>Kein Python passt: uv bringt eines mit.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>No Python 3.11, 3.12 or 3.13 that could be used was found.</source>
      <translation>Kein brauchbares Python 3.11, 3.12 oder 3.13 gefunden.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Install Python 3.12, or uv, or choose a Python; the log says why those that are there do not do.</source>
      <translation>Installieren Sie Python 3.12, oder uv, oder wählen Sie ein Python; das Protokoll sagt, warum die vorhandenen nicht taugen.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>torch has no builds for Macs with an Intel processor any more, and geounet needs it.</source>
      <translation>Für Macs mit Intel-Prozessor gibt es torch nicht mehr, und geounet braucht es.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Use a Mac with an Apple processor, Windows or Linux.</source>
      <translation>Benutzen Sie einen Mac mit Apple-Prozessor, Windows oder Linux.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>{folder} is no folder of wheels.</source>
      <translation>{folder} ist kein Ordner mit Wheels.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Choose the folder once more, or none to install from the network.</source>
      <translation>Wählen Sie den Ordner noch einmal, oder keinen, um aus dem Netz zu installieren.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>From the folder {folder}.</source>
      <translation>Aus dem Ordner {folder}.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>As chosen.</source>
      <translation>Wie gewählt.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Only {free} GB are free; {needed} GB may be needed.</source>
      <translation>Nur {free} GB sind frei; {needed} GB können nötig sein.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Fetching the installer</source>
      <translation>Das Installationsprogramm wird geholt</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Installing geounet without torch</source>
      <translation>geounet wird ohne torch installiert</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>geounet could not be installed</source>
      <translation>geounet konnte nicht installiert werden</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Installing geounet and torch</source>
      <translation>geounet und torch werden installiert</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Without uv the build of torch cannot be chosen.</source>
      <translation>Ohne uv kann die Variante von torch nicht gewählt werden.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Install uv, and try again.</source>
      <translation>Installieren Sie uv, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it did not answer within {seconds} seconds</source>
      <translation>es hat nicht innerhalb von {seconds} Sekunden geantwortet</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it cannot be started: {error}</source>
      <translation>es kann nicht gestartet werden: {error}</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it does not work: {error}</source>
      <translation>es funktioniert nicht: {error}</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is Python {version}; 3.11, 3.12 or 3.13 is needed</source>
      <translation>es ist Python {version}; gebraucht wird 3.11, 3.12 oder 3.13</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is a 32-bit Python</source>
      <translation>es ist ein 32-Bit-Python</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is not the usual CPython</source>
      <translation>es ist nicht das übliche CPython</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is made for Intel processors, for which torch has no builds any more</source>
      <translation>es ist für Intel-Prozessoren gemacht, für die es torch nicht mehr gibt</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>its ssl or ctypes module cannot be loaded</source>
      <translation>sein Modul ssl oder ctypes lässt sich nicht laden</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it has no venv and ensurepip (on Debian and Ubuntu: install python3-venv)</source>
      <translation>es hat kein venv und ensurepip (auf Debian und Ubuntu: python3-venv installieren)</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>the environment variable GEOUNET_PYTHON</source>
      <translation>die Umgebungsvariable GEOUNET_PYTHON</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>the Python in geounet's settings</source>
      <translation>das Python in den Einstellungen von geounet</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>geounet is not set up yet.</source>
      <translation>geounet ist noch nicht eingerichtet.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Set it up in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Richten Sie es in Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung… ein</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Press Install.</source>
      <translation>Drücken Sie Installieren.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Repair it in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Reparieren Sie sie in Erweiterungen ▸ geounet ▸ Einstellungen und Umgebung…</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Press Repair.</source>
      <translation>Drücken Sie Reparieren.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>{python}, {whence}, is no program. Name the python of an environment with geounet.</source>
      <translation>{python}, {whence}, ist kein Programm. Nennen Sie das Python einer Umgebung mit geounet.</translation>
    </message>
    <message>
      <location filename="../managed/lock.py" />
      <source>Another QGIS is setting up the environment in {folder}.</source>
      <translation>Ein anderes QGIS richtet die Umgebung in {folder} gerade ein.</translation>
    </message>
    <message>
      <location filename="../managed/lock.py" />
      <source>Wait until it is done, or cancel it there.</source>
      <translation>Warten Sie, bis es fertig ist, oder brechen Sie dort ab.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>torch {version} comes from pip's folder of wheels.</source>
      <translation>torch {version} kommt aus pips Ordner mit Wheels.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>The package index's own build of torch comes, which is for the CPU here.</source>
      <translation>Es kommt die Variante von torch aus dem Paketverzeichnis, die hier für die CPU ist.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>Or choose the package index's own build under Build: on Linux it comes with CUDA (about 7 GB), elsewhere it is for the CPU.</source>
      <translation>Oder wählen Sie unter Variante die des Paketverzeichnisses: unter Linux kommt sie mit CUDA (etwa 7 GB), sonst ist sie für die CPU.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>{text} is not a requirement.</source>
      <translation>{text} ist keine gültige Anforderung.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>Name a version, such as geounet==0.1.0, or the path of a wheel or of a checkout.</source>
      <translation>Nennen Sie eine Version, etwa geounet==0.1.0, oder den Pfad eines Wheels oder einer Arbeitskopie.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>{path} is not there.</source>
      <translation>{path} ist nicht da.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>Choose the wheel once more.</source>
      <translation>Wählen Sie das Wheel noch einmal.</translation>
    </message>
    <message>
      <location filename="../managed/pythons.py" />
      <source>{python} cannot be used: {reason}.</source>
      <translation>{python} kann nicht benutzt werden: {reason}.</translation>
    </message>
    <message>
      <location filename="../managed/pythons.py" />
      <source>Choose a Python 3.11, 3.12 or 3.13, or leave the choice to the plugin.</source>
      <translation>Wählen Sie ein Python 3.11, 3.12 oder 3.13, oder überlassen Sie der Erweiterung die Wahl.</translation>
    </message>
    <message>
      <location filename="../managed/report.py" />
      <source>The installation was cancelled.</source>
      <translation>Die Installation wurde abgebrochen.</translation>
    </message>
    <message>
      <location filename="../managed/tool.py" />
      <source>{program} cannot be started: {error}.</source>
      <translation>{program} kann nicht gestartet werden: {error}.</translation>
    </message>
    <message>
      <location filename="../managed/with_pip.py" />
      <source>pip stays as it is: a download that breaks off begins anew.</source>
      <translation>pip bleibt, wie es ist: ein abgebrochenes Herunterladen beginnt von vorn.</translation>
    </message>
    <message>
      <location filename="../models.py" />
      <source>{file} is missing</source>
      <translation>{file} fehlt</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>A run of geounet has not ended yet: its algorithms stay until QGIS is started again.</source>
      <translation>Ein Lauf von geounet ist noch nicht zu Ende: seine Algorithmen bleiben, bis QGIS neu gestartet wird.</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Extract features…</source>
      <translation>Objekte extrahieren…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Extract from many scenes…</source>
      <translation>Objekte aus vielen Szenen extrahieren…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Predict…</source>
      <translation>Vorhersagen…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Vectorise…</source>
      <translation>Vektorisieren…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Evaluate…</source>
      <translation>Bewerten…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Train…</source>
      <translation>Trainieren…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Copy last run as command line</source>
      <translation>Letzten Lauf als Befehlszeile kopieren</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Models folder</source>
      <translation>Modellordner</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Settings and environment…</source>
      <translation>Einstellungen und Umgebung…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Nothing has been run yet since QGIS was started.</source>
      <translation>Seit dem Start von QGIS ist noch nichts gelaufen.</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>The folder {} cannot be made: {}</source>
      <translation>Der Ordner {} kann nicht angelegt werden: {}</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>The algorithm {} is not there: is the Processing plugin on?</source>
      <translation>Der Algorithmus {} ist nicht da: ist die Erweiterung „Verarbeitung“ (Processing) eingeschaltet?</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>geounet is ready.</source>
      <translation>geounet ist bereit.</translation>
    </message>
    <message>
      <location filename="../provider.py" />
      <source>geounet: map features from imagery</source>
      <translation>geounet: Kartenobjekte aus Bildern</translation>
    </message>
  </context>
</TS>
