<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
  <context>
    <name>geounet</name>
    <message>
      <location filename="../algs/base.py" />
      <source>Features from imagery</source>
      <translation>Objets à partir d'images</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Extract from many scenes</source>
      <translation>Extraire les objets de nombreuses scènes</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Finds buildings, roads or whatever else a model knows in all scenes of a folder, and writes a layer for each, one of all, and a report. Adjacent tiles are read as one scene, so that what their borders cut is whole.

It may take a night, and may be interrupted: run it again with the same folder of layers and it goes on. A scene that fails does not stop the others: the report says which failed, and why.</source>
      <translation>Trouve les bâtiments, les routes ou tout ce que connaît un modèle dans toutes les scènes d'un dossier, et écrit une couche par scène, une de toutes, et un rapport. Les tuiles contiguës sont lues comme une seule scène : ce que leurs bords coupent reste entier.

Cela peut durer une nuit, et être interrompu : relancez avec le même dossier de couches, et le travail continue. Une scène qui échoue n'arrête pas les autres : le rapport dit lesquelles ont échoué, et pourquoi.</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>batch,folder,archive,tiles,mosaic,bulk,resume,buildings,roads,many</source>
      <translation>lot,dossier,archive,tuiles,mosaïque,masse,reprise,bâtiments,routes,plusieurs</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Layer of all scenes</source>
      <translation>Couche de toutes les scènes</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Report</source>
      <translation>Rapport</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes done</source>
      <translation>Scènes terminées</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes failed</source>
      <translation>Scènes en échec</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes skipped</source>
      <translation>Scènes ignorées</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Number of features</source>
      <translation>Nombre d'objets</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>What is done stays done: run it again with the same folder of layers to go on.</source>
      <translation>Ce qui est fait reste fait : pour continuer, relancez avec le même dossier de couches.</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Report: {file}</source>
      <translation>Rapport : {file}</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes that failed: {count}</source>
      <translation>Scènes en échec : {count}</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>… and {count} more, which the report lists</source>
      <translation>… et {count} autres, que liste le rapport</translation>
    </message>
    <message>
      <location filename="../algs/batch.py" />
      <source>Scenes that are left, for another run on this folder: {count}</source>
      <translation>Scènes qui restent, pour un autre traitement de ce dossier : {count}</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>{folder} is a file; expected a folder for the model</source>
      <translation>{folder} est un fichier ; un dossier est attendu pour le modèle</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>There is a model in {folder} already: choose another folder, or tick “{title}”</source>
      <translation>Il y a déjà un modèle dans {folder} : choisissez un autre dossier, ou cochez « {title} »</translation>
    </message>
    <message>
      <location filename="../algs/bundle_folder.py" />
      <source>{folder} has other files in it; choose a new or an empty folder for the model</source>
      <translation>{folder} contient d'autres fichiers ; choisissez un dossier nouveau ou vide pour le modèle</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>Centrelines of roads</source>
      <translation>Axes des routes</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>Draws the roads of a class raster as lines along their middle, joined at crossings, each with its true length and mean width; on request also as a graph for routing.</source>
      <translation>Dessine les routes d'un raster de classes comme des lignes suivant leur milieu, reliées aux carrefours, chacune avec sa vraie longueur et sa largeur moyenne ; sur demande, aussi comme un graphe pour le calcul d'itinéraires.</translation>
    </message>
    <message>
      <location filename="../algs/centerlines.py" />
      <source>centerlines,skeleton,medial axis,network,graph,routing,rivers</source>
      <translation>axes,squelette,axe médian,réseau,graphe,itinéraires,rivières,centerlines</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Check the environment</source>
      <translation>Vérifier l'environnement</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Looks at what geounet needs: its Python and packages, the devices that networks can run on, the drivers for rasters and layers, coordinate systems, and the models that came with it; a line each.</source>
      <translation>Examine ce dont geounet a besoin : son Python et ses paquets, les processeurs sur lesquels les réseaux peuvent tourner, les pilotes des rasters et des couches, les systèmes de coordonnées et les modèles fournis ; une ligne pour chacun.</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>diagnose,versions,GPU,CUDA,install,trouble</source>
      <translation>diagnostic,versions,GPU,CUDA,installation,problèmes</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Models and quality</source>
      <translation>Modèles et qualité</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>HTML files (*.html)</source>
      <translation>Fichiers HTML (*.html)</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>The lines as a page, to send to whoever helps.</source>
      <translation>Les lignes sous forme de page, à envoyer à qui vous aide.</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks that went well</source>
      <translation>Vérifications réussies</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks with a warning</source>
      <translation>Vérifications avec avertissement</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>Checks that failed</source>
      <translation>Vérifications échouées</translation>
    </message>
    <message>
      <location filename="../algs/doctor.py" />
      <source>geounet: what is there</source>
      <translation>geounet : ce qui est présent</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Evaluate against the truth</source>
      <translation>Évaluer par rapport à la vérité terrain</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Says how good a prediction is: rasters pixel by pixel (IoU, precision, recall, F1, along outlines too), buildings and other areas one to one (F1 at an overlap), roads as networks of lines (APLS, completeness, correctness).

The report is a page with all figures, the confusion of classes, a curve over thresholds where the prediction has probabilities, and a map of hits, misses and false alarms. Distances and areas are true metres in any coordinate system.</source>
      <translation>Dit ce que vaut une prédiction : les rasters pixel par pixel (IoU, précision, rappel, F1, aussi le long des contours), les bâtiments et autres surfaces un à un (F1 pour un recouvrement donné), les routes comme réseaux de lignes (APLS, complétude, exactitude).

Le rapport est une page avec tous les chiffres, la confusion des classes, une courbe selon le seuil si la prédiction comporte des probabilités, et une carte des détections justes, manquées et fausses. Les distances et les surfaces sont en vrais mètres quel que soit le système de coordonnées.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>accuracy,assessment,validation,quality,IoU,F1,precision,recall,APLS,confusion matrix</source>
      <translation>exactitude,évaluation,validation,qualité,IoU,F1,précision,rappel,APLS,matrice de confusion</translation>
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
      <translation>Précision</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Recall</source>
      <translation>Rappel</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>APLS, of roads</source>
      <translation>APLS, des routes</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>By what the layers hold</source>
      <translation>Selon le contenu des couches</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Labels: pixel by pixel</source>
      <translation>Classes : pixel par pixel</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Objects: areas one to one</source>
      <translation>Objets : surfaces une à une</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Lines: networks of roads</source>
      <translation>Lignes : réseaux de routes</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Prediction</source>
      <translation>Prédiction</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>A class raster, a raster of probabilities that “Predict probabilities” wrote, or a layer of features.</source>
      <translation>Un raster de classes, un raster de probabilités écrit par « Prédire les probabilités », ou une couche d'objets.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Truth</source>
      <translation>Vérité terrain</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What is right: a label raster, or a layer of areas or lines. It may be in another CRS or on another grid.</source>
      <translation>Ce qui est juste : un raster de classes, ou une couche de surfaces ou de lignes. Le SCR et la grille peuvent être différents.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What is compared</source>
      <translation>Ce qui est comparé</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Two rasters, or a raster and a layer, are compared pixel by pixel; two layers by their areas or lines.</source>
      <translation>Deux rasters, ou un raster et une couche, sont comparés pixel par pixel ; deux couches, par leurs surfaces ou leurs lignes.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Area of interest</source>
      <translation>Zone d'intérêt</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Only what lies in these polygons counts.</source>
      <translation>Seul compte ce qui se trouve dans ces polygones.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Scene</source>
      <translation>Scène</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What has no data in this scene does not count, and the report's map lies over it.</source>
      <translation>Ce qui est sans données dans cette scène ne compte pas, et la carte du rapport est superposée à elle.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>A page to look at: one file, with its pictures.</source>
      <translation>Une page à regarder : un seul fichier, images comprises.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Figures as JSON</source>
      <translation>Chiffres en JSON</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>JSON files (*.json)</source>
      <translation>Fichiers JSON (*.json)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>All figures for other programs.</source>
      <translation>Tous les chiffres, pour d'autres programmes.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Classes that count</source>
      <translation>Classes prises en compte</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Names in the layers' field “class”, separated by commas; all otherwise.</source>
      <translation>Noms tirés du champ « class » des couches, séparés par des virgules ; toutes sinon.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Threshold</source>
      <translation>Seuil</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>The probability from which a pixel is in the class: 0.5 where none is set.</source>
      <translation>La probabilité à partir de laquelle un pixel appartient à la classe : 0,5 si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Overlap of a match (IoU)</source>
      <translation>Recouvrement d'une paire (IoU)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>The overlap from which two areas are one object: 0.5 where none is set.</source>
      <translation>Le recouvrement à partir duquel deux surfaces sont le même objet : 0,5 si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Buffer of lines (metres)</source>
      <translation>Tampon autour des lignes (mètres)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>By how much a line may lie beside its counterpart: 4 m where none is set.</source>
      <translation>L'écart permis entre une ligne et sa correspondante : 4 m si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Snapping of networks (metres)</source>
      <translation>Accrochage des réseaux (mètres)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Within which a network's nodes are found on the other, for APLS: 4 m where none is set.</source>
      <translation>La distance à laquelle les nœuds d'un réseau sont cherchés sur l'autre, pour APLS : 4 m si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Width of boundaries (pixels)</source>
      <translation>Largeur des limites (pixels)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What boundary IoU looks at along outlines: 2 pixels where none is set.</source>
      <translation>Ce que l'IoU des limites considère le long des contours : 2 pixels si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>Relaxation (pixels)</source>
      <translation>Tolérance (pixels)</translation>
    </message>
    <message>
      <location filename="../algs/evaluate.py" />
      <source>What relaxed precision and recall forgive: 3 pixels where none is set.</source>
      <translation>Ce que tolèrent la précision et le rappel assouplis : 3 pixels si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Extract features</source>
      <translation>Extraire les objets</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Finds buildings, roads or whatever else a model knows in a satellite or aerial scene, and draws them as a layer: buildings as outlines, with right angles where these fit, roads as centrelines with their width.

Each feature has its class, its confidence, true area and perimeter, or length and width, and an empty field “review” for you to accept or reject it. Scenes may be larger than memory.</source>
      <translation>Trouve les bâtiments, les routes ou tout ce qu'un modèle connaît dans une scène satellite ou aérienne, et les dessine comme une couche : les bâtiments par leur contour, à angles droits là où ils conviennent, les routes par leur axe avec leur largeur.

Chaque objet a sa classe, son indice de confiance, ses vrais surface et périmètre, ou longueur et largeur, et un champ « review » vide où vous l'acceptez ou le rejetez. Les scènes peuvent dépasser la mémoire.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>buildings,roads,footprints,centrelines,segmentation,deep learning,AI,U-Net,GeoAI,detect</source>
      <translation>bâtiments,routes,emprises,axes,segmentation,apprentissage profond,IA,U-Net,GeoAI,détecter</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Features</source>
      <translation>Objets</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The layer: GeoPackage, GeoJSON, FlatGeobuf, Shapefile or GeoParquet, by the file's ending.</source>
      <translation>La couche : GeoPackage, GeoJSON, FlatGeobuf, Shapefile ou GeoParquet, selon l'extension du fichier.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Class raster</source>
      <translation>Raster de classes</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The class of each pixel too.</source>
      <translation>La classe de chaque pixel aussi.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Probabilities</source>
      <translation>Probabilités</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>The probability of each class too.</source>
      <translation>La probabilité de chaque classe aussi.</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Classes of {scene}</source>
      <translation>Classes de {scene}</translation>
    </message>
    <message>
      <location filename="../algs/extract.py" />
      <source>Probabilities of {scene}</source>
      <translation>Probabilités de {scene}</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>“{name}”: No</source>
      <translation>« {name} » : Non</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the device “auto” takes what is there; Plugins ▸ geounet ▸ Settings and environment… checks it.</source>
      <translation>Conseil : le processeur « auto » prend ce qui existe ; Extensions ▸ geounet ▸ Paramètres et environnement… le vérifie.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: give the layer its CRS in QGIS: Layer ▸ Layer CRS ▸ Set Layer CRS…</source>
      <translation>Conseil : donnez son SCR à la couche dans QGIS : Couche ▸ SCR de la couche ▸ Définir le SCR de la couche…</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: zoom to each of the two layers: one shows another place, or has a wrong CRS.</source>
      <translation>Conseil : zoomez sur chacune des deux couches : l'une montre un autre lieu, ou a un mauvais SCR.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: remove the layer that shows this file from the project, and run again.</source>
      <translation>Conseil : retirez du projet la couche qui montre ce fichier, puis relancez.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the small environment is in use: choose another build in Plugins ▸ geounet ▸ Settings and environment…, and press Repair.</source>
      <translation>Conseil : c'est le petit environnement qui est utilisé : choisissez une autre variante dans Extensions ▸ geounet ▸ Paramètres et environnement…, puis appuyez sur Réparer.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: this Python is the one that the environment variable GEOUNET_PYTHON names, whatever the settings say: let it name one with geounet, or start QGIS without it.</source>
      <translation>Conseil : ce Python est celui que nomme la variable d'environnement GEOUNET_PYTHON, quoi que disent les paramètres : faites-lui en nommer un qui a geounet, ou lancez QGIS sans elle.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the environment is incomplete: repair it in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Conseil : l'environnement est incomplet : réparez-le dans Extensions ▸ geounet ▸ Paramètres et environnement…</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: the machine's memory is full: close other programs, or take a smaller extent.</source>
      <translation>Conseil : la mémoire de la machine est pleine : fermez d'autres programmes, ou prenez une emprise plus petite.</translation>
    </message>
    <message>
      <location filename="../algs/hints.py" />
      <source>Hint: take a smaller “{batch}” or “{tile}”, or the device “cpu”.</source>
      <translation>Conseil : réduisez « {batch} » ou « {tile} », ou prenez le processeur « cpu ».</translation>
    </message>
    <message>
      <location filename="../algs/labels.py" />
      <source>Features from class rasters</source>
      <translation>Objets à partir de rasters de classes</translation>
    </message>
    <message>
      <location filename="../algs/labels.py" />
      <source>A raster of whole numbers: 0 is background, 255 no data. What “Extract features” and “Predict” write has the names of its classes too.</source>
      <translation>Un raster de nombres entiers : 0 est le fond, 255 l'absence de données. Ce qu'écrivent « Extraire les objets » et « Prédire les probabilités » contient aussi le nom des classes.</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {percent} %, {rate}, {time} left</source>
      <translation>{what} : {percent} %, {rate}, encore {time}</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {done} of {total}</source>
      <translation>{what} : {done} sur {total}</translation>
    </message>
    <message>
      <location filename="../algs/listening.py" />
      <source>{what}: {done} of {total}, {time} left</source>
      <translation>{what} : {done} sur {total}, encore {time}</translation>
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
      <translation>Bâtiments de {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>Roads of {scene}</source>
      <translation>Routes de {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>Features of {scene}</source>
      <translation>Objets de {scene}</translation>
    </message>
    <message>
      <location filename="../algs/loading.py" />
      <source>{file} was written, but this QGIS cannot read GeoParquet: it is not loaded.</source>
      <translation>{file} a été écrit, mais ce QGIS ne sait pas lire GeoParquet : le fichier n'est pas chargé.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Manage models</source>
      <translation>Gérer les modèles</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Lists the models that came with geounet and those in your own folder, shows what one expects, or makes a model of weights from elsewhere and a card (card.json) that says what they expect. What is imported goes into your own folder of models, where “Extract features” finds it.</source>
      <translation>Énumère les modèles fournis avec geounet et ceux de votre dossier, montre ce qu'un modèle attend, ou fait un modèle de poids venus d'ailleurs et d'une fiche (card.json) qui dit ce qu'ils attendent. Ce qui est importé va dans votre dossier de modèles, où « Extraire les objets » le trouve.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>weights,bundle,card,import,install,list</source>
      <translation>poids,paquet,fiche,importer,installer,liste</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>List all</source>
      <translation>Énumérer tout</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Show one</source>
      <translation>En montrer un</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import weights</source>
      <translation>Importer des poids</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>What to do</source>
      <translation>Action</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>A list also brings up to date which models the other dialogs offer.</source>
      <translation>« Énumérer tout » met aussi à jour les modèles que proposent les autres dialogues.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Page</source>
      <translation>Page</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>What was found, to look at.</source>
      <translation>Ce qui a été trouvé, à regarder.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Number of models</source>
      <translation>Nombre de modèles</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Folder of the imported model</source>
      <translation>Dossier du modèle importé</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>An import needs the file of the weights and the card; an ONNX file may do without a card.</source>
      <translation>Une importation demande le fichier des poids et la fiche ; un fichier ONNX peut se passer de fiche.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>{file} is no model's card: expected JSON with a name</source>
      <translation>{file} n'est pas la fiche d'un modèle : du JSON avec un nom est attendu</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>geounet: models</source>
      <translation>geounet : modèles</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Weights and networks (*.pth *.pt *.ckpt *.safetensors *.onnx)</source>
      <translation>Poids et réseaux (*.pth *.pt *.ckpt *.safetensors *.onnx)</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: weights</source>
      <translation>Importation : poids</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>A file of weights: .pth, .pt, .ckpt or .safetensors; or a whole network: .onnx, with the keys of the plugin Deepness or with a card.</source>
      <translation>Un fichier de poids : .pth, .pt, .ckpt ou .safetensors ; ou un réseau entier : .onnx, avec les clés de l’extension Deepness ou avec une fiche.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: card</source>
      <translation>Importation : fiche</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>The card.json that says what the weights expect: bands, classes, metres per pixel, architecture.</source>
      <translation>Le card.json qui dit ce que les poids attendent : bandes, classes, mètres par pixel, architecture.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: name of the model's folder</source>
      <translation>Importation : nom du dossier du modèle</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Within your own folder of models; the card's name where none is given.</source>
      <translation>Dans votre dossier de modèles ; le nom de la fiche si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Import: replace a model of that name</source>
      <translation>Importation : remplacer un modèle de ce nom</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Else an import stops where there is one already.</source>
      <translation>Sinon, une importation s'arrête s'il y en a déjà un.</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Name</source>
      <translation>Nom</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Version</source>
      <translation>Version</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Task</source>
      <translation>Tâche</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Metres per pixel</source>
      <translation>Mètres par pixel</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Bands</source>
      <translation>Bandes</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Classes</source>
      <translation>Classes</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Description</source>
      <translation>Description</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>Cannot be used</source>
      <translation>Inutilisable</translation>
    </message>
    <message>
      <location filename="../algs/models.py" />
      <source>any</source>
      <translation>quelconque</translation>
    </message>
    <message>
      <location filename="../algs/parameters.py" />
      <source>Yes</source>
      <translation>Oui</translation>
    </message>
    <message>
      <location filename="../algs/parameters.py" />
      <source>No</source>
      <translation>Non</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Folder of scenes</source>
      <translation>Dossier de scènes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>All rasters in this folder and the folders below it. A pattern such as /data/*_2024.tif, a zip or tar archive, or a text file with a path on each line may be typed in its place.</source>
      <translation>Tous les rasters de ce dossier et de ses sous-dossiers. On peut saisir à la place un motif tel que /data/*_2024.tif, une archive zip ou tar, ou un fichier texte avec un chemin par ligne.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Single scenes</source>
      <translation>Scènes isolées</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Raster layers or files, beside the folder or in place of it.</source>
      <translation>Couches raster ou fichiers, en plus du dossier ou à sa place.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Bands, in the model's order</source>
      <translation>Bandes, dans l'ordre du modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>The numbers of the scenes' bands that are the model's, in its order, such as 3,2,1. Where none are given they are found by their names.</source>
      <translation>Les numéros des bandes des scènes que demande le modèle, dans son ordre, par exemple 3,2,1. Si aucun n'est donné, elles sont trouvées par leur nom.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Format of the layers</source>
      <translation>Format des couches</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Of the layer that each scene becomes.</source>
      <translation>De la couche que devient chaque scène.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Read adjacent tiles as one scene</source>
      <translation>Lire les tuiles contiguës comme une seule scène</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Tiles of one grid and date that touch or overlap become one layer, without seams: what is cut by their borders is one object.</source>
      <translation>Les tuiles d'une même grille et d'une même date qui se touchent ou se recouvrent deviennent une seule couche, sans raccords : ce que coupent leurs bords est un seul objet.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>One layer of all scenes too</source>
      <translation>Aussi une couche de toutes les scènes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>It is written as merged.gpkg in the same folder, and shown on the map.</source>
      <translation>Elle est écrite dans le même dossier, sous le nom merged.gpkg, et affichée sur la carte.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Try failed scenes again</source>
      <translation>Réessayer les scènes en échec</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Those that failed in an earlier run on the same folder. Otherwise they are left as they are.</source>
      <translation>Celles qui ont échoué lors d'un traitement précédent du même dossier. Sinon, elles restent telles quelles.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Begin the folder anew</source>
      <translation>Recommencer le dossier</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>What an earlier run left in the folder of layers is replaced: for another model, or other choices.</source>
      <translation>Ce qu'un traitement précédent a laissé dans le dossier de couches est remplacé : pour un autre modèle, ou d'autres choix.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Folder of layers</source>
      <translation>Dossier de couches</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Each scene's layer, and report.html. Run it again with the same folder, model and choices, and it goes on where it was interrupted; what is done stays as it is.</source>
      <translation>La couche de chaque scène, et report.html. Relancé avec le même dossier, le même modèle et les mêmes choix, le traitement reprend là où il a été interrompu ; ce qui est fait reste tel quel.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>Processes</source>
      <translation>Processus</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>How many scenes are worked on at once: as many as fit this machine where none is set.</source>
      <translation>Combien de scènes sont traitées à la fois : autant que le permet cette machine si rien n'est fixé.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>scenes</source>
      <translation>scènes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>No scene was chosen: give a folder, or layers.</source>
      <translation>Aucune scène choisie : indiquez un dossier, ou des couches.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>{path} is not there: expected a folder of scenes, or a file</source>
      <translation>{path} n'existe pas : il faut un dossier de scènes, ou un fichier</translation>
    </message>
    <message>
      <location filename="../algs/parameters_batch.py" />
      <source>“{bands}” are no band numbers; expected numbers from 1, such as 3,2,1</source>
      <translation>« {bands} » ne sont pas des numéros de bandes ; il faut des numéros à partir de 1, par exemple 3,2,1</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Smallest object (m²)</source>
      <translation>Plus petit objet (m²)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Smaller objects are left out. Where none is set: the model's own, or none.</source>
      <translation>Les objets plus petits sont omis. Si rien n'est indiqué : la valeur du modèle, ou aucune.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Largest hole that is filled (m²)</source>
      <translation>Plus grand trou comblé (m²)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Holes up to this size are closed. Where none is set: the model's own, or none.</source>
      <translation>Les trous jusqu'à cette taille sont comblés. Si rien n'est indiqué : la valeur du modèle, ou aucune.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Regularise outlines</source>
      <translation>Régulariser les contours</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>As the model has it</source>
      <translation>Comme le prévoit le modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Gives buildings right angles and parallel walls; shared walls stay shared.</source>
      <translation>Donne aux bâtiments des angles droits et des murs parallèles ; les murs mitoyens le restent.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Separate buildings that touch</source>
      <translation>Séparer les bâtiments qui se touchent</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Splits buildings that have grown together, at their necks.</source>
      <translation>Sépare à leurs étranglements les bâtiments qui ont fusionné.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Least fit of a regularised outline</source>
      <translation>Ajustement minimal d'un contour régularisé</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Its least overlap with the exact outline, 0 to 1; 0.9 where none is set. Others stay exact.</source>
      <translation>Son recouvrement minimal avec le contour exact, de 0 à 1 ; 0,9 si rien n'est indiqué. Les autres restent exacts.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Least confidence</source>
      <translation>Confiance minimale</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Objects whose mean probability is lower are left out.</source>
      <translation>Les objets dont la probabilité moyenne est inférieure sont omis.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Connectivity</source>
      <translation>Connexité</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Whether pixels that meet at a corner only are one object (8) or two (4).</source>
      <translation>Si des pixels qui ne se touchent que par un coin font un objet (8) ou deux (4).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>As the raster says</source>
      <translation>Comme le dit le raster</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Buildings</source>
      <translation>Bâtiments</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Roads</source>
      <translation>Routes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Areas</source>
      <translation>Surfaces</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>What the classes are</source>
      <translation>Nature des classes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>It decides what is done with them: roads become centrelines. A raster that says nothing has areas.</source>
      <translation>Le traitement en dépend : les routes deviennent des axes. Un raster qui ne dit rien contient des surfaces.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Simplification (m)</source>
      <translation>Simplification (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>How far a simplified outline, or a smoothed centreline, may lie from the exact one.</source>
      <translation>L'écart permis entre un contour simplifié, ou un axe lissé, et le tracé exact.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Centrelines</source>
      <translation>Axes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>For roads</source>
      <translation>Pour les routes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Lines along the middle, with their width, in place of areas.</source>
      <translation>Des lignes suivant le milieu, avec leur largeur, au lieu de surfaces.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Longest gap that is bridged (m)</source>
      <translation>Plus longue lacune franchie (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Where a road is interrupted, by a tree's shade perhaps, its centreline goes on over so much.</source>
      <translation>Là où une route est interrompue, par l'ombre d'un arbre peut-être, son axe continue sur cette distance.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Shortest centreline (m)</source>
      <translation>Axe le plus court (m)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Centrelines of their own that are shorter are left out.</source>
      <translation>Les axes isolés plus courts sont omis.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>Road graph</source>
      <translation>Graphe routier</translation>
    </message>
    <message>
      <location filename="../algs/parameters_features.py" />
      <source>The roads as a graph too, for routing: GraphML.</source>
      <translation>Les routes aussi comme un graphe, pour le calcul d'itinéraires : GraphML.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model</source>
      <translation>Modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>What is looked for. These are the models that came with geounet and those in your own folder of models (Plugins ▸ geounet ▸ Settings and environment…). In a script or qgis_process it is given by its name, MODEL=roads, one of your own by the name in its card.</source>
      <translation>Ce qui est cherché. Ce sont les modèles fournis avec geounet et ceux de votre dossier de modèles (Extensions ▸ geounet ▸ Paramètres et environnement…). Dans un script ou avec qgis_process, on le désigne par son nom, MODEL=roads, un des vôtres par le nom inscrit sur sa fiche.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model from a file, in place of the above</source>
      <translation>Modèle tiré d'un fichier, à la place du précédent</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Model card</source>
      <translation>Fiche de modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>All files</source>
      <translation>Tous les fichiers</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The card.json of a model, or the folder it is in. Where it is set, the model above is not used.</source>
      <translation>Le card.json d'un modèle, ou le dossier qui le contient. S'il est indiqué, le modèle ci-dessus n'est pas utilisé.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The probability from which a pixel counts, 0 to 1: lower finds more, higher is surer. The model's own where none is set.</source>
      <translation>La probabilité à partir de laquelle un pixel compte, de 0 à 1 : plus basse, elle trouve davantage ; plus haute, elle est plus sûre. Celle du modèle si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Tile (pixels)</source>
      <translation>Tuile (pixels)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The side of the square that the network sees at once. Smaller takes less memory.</source>
      <translation>Le côté du carré que le réseau voit en une fois. Plus petit, il prend moins de mémoire.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap (pixels)</source>
      <translation>Recouvrement (pixels)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>How many pixels neighbouring tiles share: even, and less than the tile.</source>
      <translation>Le nombre de pixels que partagent deux tuiles voisines : pair, et inférieur à la tuile.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Batch size</source>
      <translation>Taille des lots</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>How many tiles are run at once; one that fits is found where none is set.</source>
      <translation>Le nombre de tuiles traitées à la fois ; une taille qui convient est trouvée si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Joining of tiles</source>
      <translation>Raccord des tuiles</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlapping tiles are blended (taper) or cut in the middle of the overlap (core).</source>
      <translation>Les tuiles qui se recouvrent sont fondues (taper) ou coupées au milieu du recouvrement (core).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Engine</source>
      <translation>Moteur</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>What runs the network; auto is torch on a GPU, and on a processor what is fastest on this machine. An engine that is chosen must be installed.</source>
      <translation>Ce qui exécute le réseau ; auto prend torch sur un GPU et, sur un processeur, ce qui est le plus rapide sur cette machine. Un moteur choisi doit être installé.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Device</source>
      <translation>Processeur</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Where the network runs: auto, cpu, cuda, cuda:1, mps …</source>
      <translation>Là où tourne le réseau : auto, cpu, cuda, cuda:1, mps…</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The network's arithmetic; auto takes half precision where the device has it.</source>
      <translation>L'arithmétique du réseau ; auto prend la demi-précision si le processeur en dispose.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Test-time augmentation</source>
      <translation>Augmentation à la prédiction</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>The mean over eight flips and turns: somewhat better, at eight times the work.</source>
      <translation>La moyenne de huit symétries et rotations : un peu mieux, pour huit fois plus de travail.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Refinement at edges</source>
      <translation>Affinage le long des contours</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Probabilities are drawn to the edges in the scene, by a dense conditional random field (crf) or a guided filter: for buildings more than for narrow roads.</source>
      <translation>Les probabilités suivent les contours de la scène, par un champ aléatoire conditionnel dense (crf) ou un filtre guidé (guided) : pour les bâtiments plutôt que pour les routes étroites.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Further models, averaged with it</source>
      <translation>Autres modèles, moyennés avec lui</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Names or folders of models, separated by semicolons: the mean of the probabilities of all of them is taken. They must look for the same, in the same bands and at the same resolution.</source>
      <translation>Noms ou dossiers de modèles, séparés par des points-virgules : on prend la moyenne des probabilités de tous. Ils doivent chercher la même chose, dans les mêmes bandes et à la même résolution.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Storage of probabilities</source>
      <translation>Stockage des probabilités</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>uint8 keeps them in steps of 1/250, in a quarter of the space.</source>
      <translation>uint8 les garde par pas de 1/250, dans le quart de la place.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Bands chosen: {count}; model “{model}” expects {wanted}: {bands}</source>
      <translation>Bandes choisies : {count} ; le modèle « {model} » en attend {wanted} : {bands}</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>{file} is no model: expected a card.json or the folder it is in ({reason})</source>
      <translation>{file} n'est pas un modèle : un card.json ou le dossier qui le contient est attendu ({reason})</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap is {overlap} pixels; expected an even number</source>
      <translation>Le recouvrement est de {overlap} pixels ; un nombre pair est attendu</translation>
    </message>
    <message>
      <location filename="../algs/parameters_network.py" />
      <source>Overlap is {overlap} pixels; expected less than the tile, {tile}</source>
      <translation>Le recouvrement est de {overlap} pixels ; il doit être inférieur à la tuile, {tile}</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>The satellite or aerial image: a file, a cloud-optimised GeoTIFF on a server, a virtual raster, or a web map, of which the extent is fetched first.</source>
      <translation>L'image satellite ou aérienne : un fichier, un GeoTIFF optimisé pour le nuage sur un serveur, un raster virtuel, ou un service de carte, dont l'emprise est d'abord téléchargée.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>The scene's bands that are the model's, in its order (red, green, blue). Where none are chosen they are found by their names, else as the layer shows them.</source>
      <translation>Les bandes de la scène que demande le modèle, dans son ordre (rouge, vert, bleu). Si aucune n'est choisie, elles sont trouvées par leur nom, sinon d'après l'affichage de la couche.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Extent</source>
      <translation>Emprise</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Only this rectangle is mapped; the whole scene where none is given. Its CRS may be another one.</source>
      <translation>Seul ce rectangle est cartographié ; toute la scène si rien n'est indiqué. Son SCR peut être différent.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Only what lies in these polygons is mapped.</source>
      <translation>Seul ce qui se trouve dans ces polygones est cartographié.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Metres per pixel to work at</source>
      <translation>Mètres par pixel de travail</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>“model” works at the model's resolution, “native” at the scene's; or a number of metres.</source>
      <translation>« model » travaille à la résolution du modèle, « native » à celle de la scène ; ou un nombre de mètres.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Scene statistics</source>
      <translation>Statistiques de la scène</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>Statistics to normalise by, from elsewhere: a JSON file with “low” and “high”, a value a band.</source>
      <translation>Statistiques de normalisation venues d'ailleurs : un fichier JSON avec « low » et « high », une valeur par bande.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_scene.py" />
      <source>“{gsd}” is no resolution; expected model, native or metres</source>
      <translation>« {gsd} » n'est pas une résolution ; model, native ou un nombre de mètres est attendu</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The image that is trained on. Several tiles are one scene as a virtual raster (Raster ▸ Miscellaneous).</source>
      <translation>L'image qui sert à l'entraînement. Plusieurs tuiles forment une scène en tant que raster virtuel (Raster ▸ Divers).</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Labels</source>
      <translation>Annotations</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Polygons or lines of what is looked for, or a raster of class numbers (0 background, 255 not known). In a layer with the field “review”, features that were accepted are labels, rejected ones are background, and what nobody has reviewed yet is left out.</source>
      <translation>Des polygones ou des lignes de ce qui est cherché, ou un raster de numéros de classe (0 fond, 255 inconnu). Dans une couche avec le champ « review », les objets acceptés servent d'annotations, les rejetés sont du fond, et ce que personne n'a encore examiné est laissé de côté.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Field of the class</source>
      <translation>Champ de la classe</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where there are several classes, the labels' field that names each feature's; “class” where none is set.</source>
      <translation>S'il y a plusieurs classes, le champ des annotations qui nomme celle de chaque objet ; « class » si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Width of lines (metres)</source>
      <translation>Largeur des lignes (mètres)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>How wide labels that are lines are drawn: some 7 m for roads.</source>
      <translation>La largeur à laquelle sont dessinées les annotations qui sont des lignes : environ 7 m pour des routes.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Labelled extent</source>
      <translation>Emprise annotée</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Only this part of the scene is trained on: where everything is labelled. The whole scene otherwise.</source>
      <translation>Seule cette partie de la scène sert à l'entraînement : là où tout est annoté. Sinon, toute la scène.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Validation: scene</source>
      <translation>Validation : scène</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Another place, which the model is judged by. Without one, a fifth of the scene is kept for that: squares here and there, which are not trained on.</source>
      <translation>Un autre lieu, d'après lequel le modèle est jugé. Sinon, un cinquième de la scène y est réservé : des carrés çà et là, qui ne servent pas à l'entraînement.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Validation: labels</source>
      <translation>Validation : annotations</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What is right there; the labels above where none are given.</source>
      <translation>Ce qui y est juste ; les annotations ci-dessus si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Other areas</source>
      <translation>Autres surfaces</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Start from</source>
      <translation>Partir de</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Begin with the model's weights</source>
      <translation>Commencer avec les poids du modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Goes on from what that model has learnt: some twenty labelled tiles and a few hundred steps are enough then. What other classes or bands change begins anew. Otherwise only its settings are taken, and all but the encoder is learnt from nothing.</source>
      <translation>Part de ce que ce modèle a appris : une vingtaine de tuiles annotées et quelques centaines de pas suffisent alors. Ce que changent d'autres classes ou bandes repart de zéro. Sinon, seuls ses réglages sont repris, et tout, sauf l'encodeur, est appris à partir de rien.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Name of the new model</source>
      <translation>Nom du nouveau modèle</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What it is called in lists and results.</source>
      <translation>Son nom dans les listes et les résultats.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What it finds</source>
      <translation>Ce qu'il trouve</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>This chooses how its results are finished: right angles for buildings, centrelines for roads.</source>
      <translation>La finition des résultats en dépend : angles droits pour les bâtiments, axes pour les routes.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Names separated by commas, the background first, such as background,roof,pool; the model's otherwise.</source>
      <translation>Des noms séparés par des virgules, le fond d'abord, comme background,roof,pool ; sinon ceux du modèle.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The resolution that it will work at; the model's own where none is set.</source>
      <translation>La résolution à laquelle il travaillera ; celle du modèle si rien n'est indiqué.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Steps</source>
      <translation>Pas</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>How long it is trained: a few hundred with the weights of a model, a few thousand without, a few for a try.</source>
      <translation>La durée de l'entraînement : quelques centaines avec les poids d'un modèle, quelques milliers sans, quelques-uns pour un essai.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The folder of the new model. One within your own folder of models (Plugins ▸ geounet ▸ Settings and environment…) is offered in all dialogs.</source>
      <translation>Le dossier du nouveau modèle. S'il est dans votre dossier de modèles (Extensions ▸ geounet ▸ Paramètres et environnement…), le modèle est proposé dans tous les dialogues.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>What values of the field mean</source>
      <translation>Ce que signifient les valeurs du champ</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where the labels' values are not the names of the classes: value=class, separated by commas, such as house=building,shed=building,ruin= (nothing behind the sign: not trained on). A raster's class numbers too.</source>
      <translation>Si les valeurs des annotations ne sont pas les noms des classes : valeur=classe, séparées par des virgules, comme maison=building,cabane=building,ruine= (rien après le signe : ne sert pas à l'entraînement). Les numéros de classe d'un raster aussi.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where none are chosen they are found by their names, else as the layer shows them.</source>
      <translation>Si aucune n'est choisie, elles sont trouvées par leur nom, sinon d'après l'affichage de la couche.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Names of the bands</source>
      <translation>Noms des bandes</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Separated by commas, such as nir,red,green, where they are others than those of the model.</source>
      <translation>Séparés par des virgules, comme nir,red,green, s'ils diffèrent de ceux du modèle.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>First weights of the encoder</source>
      <translation>Poids initiaux de l'encodeur</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where the model's own weights are not taken: “imagenet” fetches some from the internet once; “none” starts from nothing; or a .safetensors file.</source>
      <translation>Si les poids du modèle ne sont pas repris : « imagenet » en télécharge une fois sur internet ; « none » part de rien ; ou un fichier .safetensors.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Crops that are trained on at once.</source>
      <translation>Le nombre d'extraits traités à la fois.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Crop (pixels)</source>
      <translation>Extrait (pixels)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The side of a crop: a multiple of 32.</source>
      <translation>Le côté d'un extrait : un multiple de 32.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Learning rate</source>
      <translation>Taux d'apprentissage</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>At its highest; 0.0003 with the weights of a model and 0.001 without where none is set.</source>
      <translation>À son maximum ; si rien n'est indiqué, 0.0003 avec les poids d'un modèle et 0.001 sans.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Longest time (minutes)</source>
      <translation>Durée maximale (minutes)</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Ends the run early, with the best weights so far.</source>
      <translation>Termine plus tôt, avec les meilleurs poids obtenus jusque-là.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Where it is trained.</source>
      <translation>Là où se fait l'entraînement.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Seed</source>
      <translation>Graine</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>The same seed gives the same model on the same machine.</source>
      <translation>La même graine donne le même modèle sur la même machine.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Licence</source>
      <translation>Licence</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Under which you give the model to others; it is kept in its card.</source>
      <translation>Celle sous laquelle vous donnez le modèle à d'autres ; elle est gardée dans sa fiche.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Replace a model that is in the folder</source>
      <translation>Remplacer un modèle présent dans le dossier</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Else the run stops where there is one already.</source>
      <translation>Sinon, l'exécution s'arrête s'il y en a déjà un.</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>Go on with an interrupted run</source>
      <translation>Continuer un entraînement interrompu</translation>
    </message>
    <message>
      <location filename="../algs/parameters_train.py" />
      <source>With all else as it was then, the model's folder too, a run that was cancelled goes on from its last validation, to the same model. It begins anew where there is none.</source>
      <translation>Si tout le reste est comme alors, le dossier du modèle aussi, un entraînement annulé continue à partir de sa dernière validation, vers le même modèle. S'il n'y en a pas, il repart de zéro.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Predict probabilities</source>
      <translation>Prédire les probabilités</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Writes what a model sees in each pixel of a scene, as a cloud-optimised GeoTIFF: the probability of each class, the most probable class, or both.

“Vectorise classes” makes a layer of a class raster; “Extract features” does all in one go.</source>
      <translation>Écrit ce qu'un modèle voit dans chaque pixel d'une scène, en GeoTIFF optimisé pour le nuage : la probabilité de chaque classe, la classe la plus probable, ou les deux.

« Vectoriser les classes » fait une couche d'un raster de classes ; « Extraire les objets » fait tout en une fois.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>segmentation,classification,deep learning,AI,U-Net,GeoAI,inference,heat map</source>
      <translation>segmentation,classification,apprentissage profond,IA,U-Net,GeoAI,inférence,carte de chaleur</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Both: the classes in a file beside</source>
      <translation>Les deux : les classes dans un fichier à côté</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>What is written</source>
      <translation>Ce qui est écrit</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>With both, the class raster lies beside the probabilities, as NAME_class.tif.</source>
      <translation>Pour les deux, le raster de classes est à côté des probabilités, sous le nom NOM_class.tif.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>The raster, a cloud-optimised GeoTIFF on the scene's grid or at the model's resolution.</source>
      <translation>Le raster, un GeoTIFF optimisé pour le nuage, sur la grille de la scène ou à la résolution du modèle.</translation>
    </message>
    <message>
      <location filename="../algs/predict.py" />
      <source>Class raster, where both are written</source>
      <translation>Raster de classes, si les deux sont écrits</translation>
    </message>
    <message>
      <location filename="../algs/problems.py" />
      <source>Layer {name} is a picture drawn by a service; expected a raster of class numbers</source>
      <translation>La couche {name} est une image dessinée par un service ; un raster de numéros de classe est attendu</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>Regularise buildings</source>
      <translation>Régulariser les bâtiments</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>Draws the buildings of a class raster with right angles and parallel walls, where these fit; walls that two buildings share stay shared. What fits no such outline keeps its exact one: the field “regularized” says which.</source>
      <translation>Dessine les bâtiments d'un raster de classes avec des angles droits et des murs parallèles, là où ils conviennent ; les murs mitoyens le restent. Ce à quoi ne convient aucun contour de ce genre garde son contour exact : le champ « regularized » dit lesquels.</translation>
    </message>
    <message>
      <location filename="../algs/regularize.py" />
      <source>orthogonalise,orthogonalize,right angles,footprints,squaring,buildings</source>
      <translation>orthogonaliser,angles droits,emprises,équarrir,bâtiments,regularize</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>Starting geounet…</source>
      <translation>Démarrage de geounet…</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Extensions ▸ geounet ▸ Paramètres et environnement…</translation>
    </message>
    <message>
      <location filename="../algs/running.py" />
      <source>See {menu}</source>
      <translation>Voir {menu}</translation>
    </message>
    <message>
      <location filename="../algs/small_setup.py" />
      <source>The small environment cannot do this: choose another build in Plugins ▸ geounet ▸ Settings and environment…, and press Repair</source>
      <translation>Le petit environnement ne sait pas le faire : choisissez une autre variante dans Extensions ▸ geounet ▸ Paramètres et environnement…, puis appuyez sur Réparer</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Train a model</source>
      <translation>Entraîner un modèle</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Makes a model of your own from a scene and its labels: polygons, lines, or a raster of class numbers. All that is not labelled counts as background, so label an area completely, and limit the extent to it. A result of “Extract features” that you have reviewed can be the labels: by its field “review”, what is accepted is learnt, what is rejected is background, and what nobody has looked at is left out.

It begins with the weights of the model that you start from, and goes on with what you show it. With some twenty labelled tiles that takes a few hundred steps: minutes, not hours, on a processor too. Without these weights it takes thousands of steps and many hundred labelled objects, and wants a GPU.

The best weights are chosen, and the model's figures measured, on a place that is not trained on: a scene and labels of their own, or, where none are given, squares of the scene, a fifth of those with labels. The report shows how good the model is there, and where it errs.</source>
      <translation>Fait un modèle à vous d'une scène et de ses annotations : des polygones, des lignes, ou un raster de numéros de classe. Tout ce qui n'est pas annoté compte comme fond ; annotez donc une zone entière, et limitez-y l'emprise. Un résultat de « Extraire les objets » que vous avez examiné peut servir d'annotations : d'après son champ « review », ce qui est accepté est appris, ce qui est rejeté est du fond, et ce que personne n'a regardé est laissé de côté.

Il commence avec les poids du modèle de départ, et continue avec ce que vous lui montrez. Avec une vingtaine de tuiles annotées, cela prend quelques centaines de pas : des minutes, pas des heures, même sur un processeur. Sans ces poids, il faut des milliers de pas et plusieurs centaines d'objets annotés, et un GPU est souhaitable.

Les meilleurs poids sont choisis, et les chiffres du modèle mesurés, en un lieu qui ne sert pas à l'entraînement : une scène et des annotations à part, ou, à défaut, des carrés de la scène, un cinquième de ceux qui ont des annotations. Le rapport montre ce que vaut le modèle à cet endroit, et où il se trompe.</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>learn,deep learning,U-Net,labels,samples,fit,own model</source>
      <translation>apprendre,apprentissage profond,U-Net,annotations,échantillons,ajuster,modèle propre</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>IoU on the place that was not trained on</source>
      <translation>IoU au lieu qui n'a pas servi à l'entraînement</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>The model's threshold</source>
      <translation>Seuil du modèle</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{title}” takes the folder of the model that the interrupted run was to make.</source>
      <translation>« {title} » demande le dossier du modèle que l'entraînement interrompu devait faire.</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Classes are at least two: the background first, such as background,building</source>
      <translation>Il faut au moins deux classes : le fond d'abord, comme background,building</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>Bands chosen: {count}; bands named: {names} ({bands})</source>
      <translation>Bandes choisies : {count} ; bandes nommées : {names} ({bands})</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{model}” works at any resolution: say how many metres per pixel to train at</source>
      <translation>« {model} » travaille à toute résolution : dites à combien de mètres par pixel entraîner</translation>
    </message>
    <message>
      <location filename="../algs/train.py" />
      <source>“{pair}” does not say what the value means: expected value=class, such as house=building</source>
      <translation>« {pair} » ne dit pas ce que la valeur signifie : on attend valeur=classe, comme maison=building</translation>
    </message>
    <message>
      <location filename="../algs/training_files.py" />
      <source>Nothing can be written to {folder} ({why}): choose another folder for the model.</source>
      <translation>Rien ne peut être écrit dans {folder} ({why}) : choisissez un autre dossier pour le modèle.</translation>
    </message>
    <message>
      <location filename="../algs/training_hints.py" />
      <source>Hint: training needs more packages than the rest. In Plugins ▸ geounet ▸ Settings and environment…, under Advanced, tick “Install what training needs too”, and press Repair.</source>
      <translation>Conseil : l'entraînement demande plus de paquets que le reste. Dans Extensions ▸ geounet ▸ Paramètres et environnement…, sous Avancé, cochez « Installer aussi ce que demande l'entraînement », puis appuyez sur Réparer.</translation>
    </message>
    <message>
      <location filename="../algs/training_hints.py" />
      <source>Hint: label more places, or label a second scene and give it as “{title}”.</source>
      <translation>Conseil : annotez davantage d'endroits, ou annotez une seconde scène et indiquez-la comme « {title} ».</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>There are labels for validation, but no scene that they belong to.</source>
      <translation>Il y a des annotations de validation, mais pas de scène à laquelle elles appartiennent.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>Layer {} is a map service without a size of its own: choose an extent.</source>
      <translation>La couche {} est un service de carte sans taille propre : choisissez une emprise.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{other}” is the scene that is trained on: leave it empty, and a part of the scene is kept for it.</source>
      <translation>« {other} » est la scène qui sert à l'entraînement : laissez vide, et une partie de la scène y est réservée.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{labels}” have no field {field}: expected one of {fields}.</source>
      <translation>« {labels} » : il n'y a pas de champ {field} ; on attend l'un de {fields}.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>“{labels}” are lines: say how wide they are in “{width}”, some 7 m for roads.</source>
      <translation>« {labels} » : ce sont des lignes ; dites leur largeur dans « {width} », environ 7 m pour des routes.</translation>
    </message>
    <message>
      <location filename="../algs/training_places.py" />
      <source>The scene is {across} × {up} m, and a crop {crop} m: too little to train on one part and to keep another for validation. Choose a smaller “{title}”, or another scene as “{other}”.</source>
      <translation>La scène mesure {across} × {up} m, et un extrait {crop} m : trop peu pour s'entraîner sur une partie et en garder une autre pour la validation. Choisissez moins sous « {title} », ou une autre scène comme « {other} ».</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>Vectorise classes</source>
      <translation>Vectoriser les classes</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>Draws the objects of a class raster as a layer: exact outlines, pixel for pixel, with holes, or regularised ones, or centrelines of roads.

Each has its class, true area and perimeter, or length and width, and an empty field “review”.</source>
      <translation>Dessine les objets d'un raster de classes comme une couche : contours exacts, pixel par pixel, avec les trous, ou contours régularisés, ou axes des routes.

Chacun a sa classe, ses vrais surface et périmètre, ou longueur et largeur, et un champ « review » vide.</translation>
    </message>
    <message>
      <location filename="../algs/vectorize.py" />
      <source>polygonize,polygonise,raster to vector,outlines,footprints,trace</source>
      <translation>polygoniser,raster vers vecteur,contours,emprises,tracer,polygonize</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copy as Command Line</source>
      <translation>Copier comme ligne de commande</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copy the geounet command that does the same in a terminal</source>
      <translation>Copier la commande geounet qui fait la même chose dans un terminal</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Export the layer “{layer}” as {file} first: geounet cannot open it by itself.</source>
      <translation>Exportez d'abord la couche « {layer} » sous {file} : geounet ne peut pas l'ouvrir lui-même.</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Copied</source>
      <translation>Copié</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>Not copied</source>
      <translation>Non copié</translation>
    </message>
    <message>
      <location filename="../gui/algorithm_dialog.py" />
      <source>wrong or missing value: {}</source>
      <translation>valeur fausse ou manquante : {}</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Checking {}</source>
      <translation>Vérification de {}</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Models: {}</source>
      <translation>Modèles : {}</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Ready: geounet {}, models {}.</source>
      <translation>Prêt : geounet {}, modèles {}.</translation>
    </message>
    <message>
      <location filename="../gui/checking.py" />
      <source>Cancelled.</source>
      <translation>Annulé.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>A &amp;private environment, made here</source>
      <translation>Un environnement &amp;privé, créé ici</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>An &amp;existing environment</source>
      <translation>Un &amp;environnement existant</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of your own models</source>
      <translation>Dossier de vos modèles</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Choose the Python of the existing environment first.</source>
      <translation>Choisissez d'abord le Python de l'environnement existant.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Choose the folder of wheels first.</source>
      <translation>Choisissez d'abord le dossier de wheels.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Automatic: {}</source>
      <translation>Automatique : {}</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Automatic</source>
      <translation>Automatique</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of the private environment</source>
      <translation>Dossier de l'environnement privé</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CPU (no graphics card)</source>
      <translation>CPU (sans carte graphique)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Small: CPU only, without training (about 900 MB)</source>
      <translation>Petite : processeur seul, sans entraînement (environ 900 Mo)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CUDA 12.6 (NVIDIA graphics card)</source>
      <translation>CUDA 12.6 (carte graphique NVIDIA)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>CUDA 12.8 (newest NVIDIA graphics cards)</source>
      <translation>CUDA 12.8 (cartes graphiques NVIDIA les plus récentes)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>&amp;Folder</source>
      <translation>&amp;Dossier</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>P&amp;ython</source>
      <translation>P&amp;ython</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>&amp;Build</source>
      <translation>Varian&amp;te</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Packa&amp;ges</source>
      <translation>Pa&amp;quets</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Bro&amp;wse…</source>
      <translation>Par&amp;courir…</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Downloaded</source>
      <translation>Téléchargés</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>From a folder of wheels</source>
      <translation>Depuis un dossier de wheels</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Folder of wheels</source>
      <translation>Dossier de wheels</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Advanced</source>
      <translation>Avancé</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>the version that this plugin is made for</source>
      <translation>la version pour laquelle cette extension est faite</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>What is installed instead: a requirement as pip takes it, a wheel or a folder</source>
      <translation>Ce qui est installé à la place : une exigence telle que pip la comprend, un wheel ou un dossier</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Install what &amp;training needs too</source>
      <translation>Installer aussi ce que demande l'entraî&amp;nement</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Re&amp;quirement</source>
      <translation>E&amp;xigence</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Python of the environment</source>
      <translation>Python de l'environnement</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The environment must have geounet installed; nothing in it is changed. Check says whether it fits.</source>
      <translation>geounet doit être installé dans l'environnement ; rien n'y est modifié. « Vérifier » dit s'il convient.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Your &amp;models</source>
      <translation>Vos &amp;modèles</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Python to make the environment of</source>
      <translation>Python dont l'environnement est fait</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Runs models that carry their graph: the shipped ones do, and those that training has made. Training, evaluation and the import of other models need another build.</source>
      <translation>Fait tourner les modèles qui apportent leur graphe : ceux qui sont fournis, et ceux issus d'un entraînement. L'entraînement, l'évaluation et l'importation d'autres modèles demandent une autre variante.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>As chosen; Automatic takes what fits this computer.</source>
      <translation>Comme choisi ; « Automatique » prend ce qui convient à cet ordinateur.</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>Looking for graphics cards…</source>
      <translation>Recherche de cartes graphiques…</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The package index's own (with CUDA, about 7 GB)</source>
      <translation>Celle de l'index de paquets (avec CUDA, environ 7 Go)</translation>
    </message>
    <message>
      <location filename="../gui/choices.py" />
      <source>The package index's own</source>
      <translation>Celle de l'index de paquets</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>Removing {}</source>
      <translation>Suppression de {}</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>The private environment was removed.</source>
      <translation>L'environnement privé a été supprimé.</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: {}. The environment variable {} names it, and wins over what is chosen here.</source>
      <translation>Utilisé : {}. La variable d'environnement {} le désigne et l'emporte sur le choix fait ici.</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: {}</source>
      <translation>Utilisé : {}</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>In use: the private environment, with geounet {}. Build of torch: {}</source>
      <translation>Utilisé : l'environnement privé, avec geounet {}. Variante de torch : {}</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>the package index's own, with CUDA</source>
      <translation>celle de l'index de paquets, avec CUDA</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>the package index's own</source>
      <translation>celle de l'index de paquets</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>none: it is the small one, for the CPU</source>
      <translation>aucune : c'est le petit, pour le processeur</translation>
    </message>
    <message>
      <location filename="../gui/jobs.py" />
      <source>from a folder of wheels</source>
      <translation>d'un dossier de wheels</translation>
    </message>
    <message>
      <location filename="../gui/network.py" />
      <source>Downloads use the system's proxy, if there is one, and the system's certificates.</source>
      <translation>Les téléchargements passent par le proxy du système, s'il y en a un, et par ses certificats.</translation>
    </message>
    <message>
      <location filename="../gui/network.py" />
      <source>Downloads use QGIS's proxy ({}) and the system's certificates.</source>
      <translation>Les téléchargements passent par le proxy de QGIS ({}) et par les certificats du système.</translation>
    </message>
    <message>
      <location filename="../gui/results.py" />
      <source>Checked</source>
      <translation>Vérifié</translation>
    </message>
    <message>
      <location filename="../gui/results.py" />
      <source>Found</source>
      <translation>Trouvé</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet: settings and environment</source>
      <translation>geounet : paramètres et environnement</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>step %v of %m</source>
      <translation>étape %v sur %m</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Chec&amp;ks</source>
      <translation>Véri&amp;fications</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Log</source>
      <translation>&amp;Journal</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet runs in an environment of its own, outside QGIS: nothing is installed into QGIS's Python, and QGIS cannot be broken by it.</source>
      <translation>geounet tourne dans son propre environnement, hors de QGIS : rien n'est installé dans le Python de QGIS, qui ne peut pas en être endommagé.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Install</source>
      <translation>&amp;Installer</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Repair</source>
      <translation>Répa&amp;rer</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remo&amp;ve…</source>
      <translation>&amp;Supprimer…</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>&amp;Check</source>
      <translation>&amp;Vérifier</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>C&amp;ancel</source>
      <translation>&amp;Annuler</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Ask geounet what it needs and what it finds, graphics cards among it.</source>
      <translation>Demander à geounet ce dont il a besoin et ce qu'il trouve, cartes graphiques comprises.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>About 3 GB of space are needed, with CUDA 10 GB, of the small one 1 GB.</source>
      <translation>Il faut environ 3 Go de place, avec CUDA 10 Go, pour le petit 1 Go.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Make the private environment anew; the one in use stays until the new one works.</source>
      <translation>Recréer l'environnement privé ; l'actuel reste jusqu'à ce que le nouveau fonctionne.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Make the private environment.</source>
      <translation>Créer l'environnement privé.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>It would not be used: the environment variable {} names another.</source>
      <translation>Il ne servirait pas : la variable d'environnement {} en nomme un autre.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Install</source>
      <translation>Installer</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Repair</source>
      <translation>Réparer</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove the private environment in {}? It can be made again at any time.</source>
      <translation>Supprimer l'environnement privé dans {} ? Il peut être recréé à tout moment.</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove the environment</source>
      <translation>Supprimer l'environnement</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Remove</source>
      <translation>Supprimer</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Check</source>
      <translation>Vérifier</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>geounet: looking for Python</source>
      <translation>geounet : recherche de Python</translation>
    </message>
    <message>
      <location filename="../gui/setup_dialog.py" />
      <source>Ending…</source>
      <translation>Arrêt en cours…</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Made with geounet {}.</source>
      <translation>Fait avec geounet {}.</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Scene: {}</source>
      <translation>Scène : {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Model: {}</source>
      <translation>Modèle : {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Classes: {}</source>
      <translation>Classes : {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Attribution: {}</source>
      <translation>Attribution : {}</translation>
    </message>
    <message>
      <location filename="../layers/describing.py" />
      <source>Licence: {}</source>
      <translation>Licence : {}</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>The extent has no place in the layer's coordinate system.</source>
      <translation>L'emprise n'a pas de place dans le système de coordonnées de la couche.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>The extent lies outside layer {}.</source>
      <translation>L'emprise est en dehors de la couche {}.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>Layer {} is a map service without pixels of its own: choose metres per pixel.</source>
      <translation>La couche {} est un service de carte sans pixels propres : choisissez les mètres par pixel.</translation>
    </message>
    <message>
      <location filename="../layers/export_grid.py" />
      <source>Layer {name} would have to be written out at {cols} × {rows} pixels, more than {most} million: choose a smaller extent, or more metres per pixel.</source>
      <translation>La couche {name} devrait être écrite en {cols} × {rows} pixels, plus de {most} millions : choisissez une emprise plus petite, ou plus de mètres par pixel.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Writing layer {name} out: {cols} × {rows} pixels.</source>
      <translation>Écriture de la couche {name} : {cols} × {rows} pixels.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Layer {} cannot be written out.</source>
      <translation>La couche {} ne peut pas être écrite.</translation>
    </message>
    <message>
      <location filename="../layers/export_raster.py" />
      <source>Layer {} gave no picture of the extent: is there a connection, and has it imagery there?</source>
      <translation>La couche {} n'a donné aucune image de l'emprise : y a-t-il une connexion, et des images à cet endroit ?</translation>
    </message>
    <message>
      <location filename="../layers/export_vector.py" />
      <source>Writing the features of layer {} out.</source>
      <translation>Écriture des objets de la couche {}.</translation>
    </message>
    <message>
      <location filename="../layers/export_vector.py" />
      <source>The features of layer {name} cannot be written out: {why}</source>
      <translation>Les objets de la couche {name} ne peuvent pas être écrits : {why}</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Number</source>
      <translation>Numéro</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Class</source>
      <translation>Classe</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Confidence</source>
      <translation>Confiance</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Confidence, 10th percentile</source>
      <translation>Confiance, 10e centile</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Area (m²)</source>
      <translation>Surface (m²)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Perimeter (m)</source>
      <translation>Périmètre (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Length (m)</source>
      <translation>Longueur (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Width (m)</source>
      <translation>Largeur (m)</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Touches the edge</source>
      <translation>Touche le bord</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Regularised</source>
      <translation>Régularisé</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Review</source>
      <translation>Relecture</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Not reviewed yet</source>
      <translation>Pas encore relu</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Accepted</source>
      <translation>Accepté</translation>
    </message>
    <message>
      <location filename="../layers/fields.py" />
      <source>Rejected</source>
      <translation>Rejeté</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” cannot be read: is its file, or its service, still there?</source>
      <translation>« {title} » ne peut pas être lu : son fichier, ou son service, est-il encore là ?</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” is neither a raster nor a vector layer</source>
      <translation>« {title} » n'est ni une couche raster ni une couche vecteur</translation>
    </message>
    <message>
      <location filename="../layers/maps.py" />
      <source>“{title}” is a picture drawn by a service; expected a raster of classes, or a vector layer</source>
      <translation>« {title} » est une image dessinée par un service ; un raster de classes ou une couche vecteur est attendu</translation>
    </message>
    <message>
      <location filename="../layers/rasters.py" />
      <source>Class {number}</source>
      <translation>Classe {number}</translation>
    </message>
    <message>
      <location filename="../layers/replaced.py" />
      <source>The layer “{layer}” has unsaved edits of {file}, which would be replaced: save or discard them, or write to another file.</source>
      <translation>La couche « {layer} » a des modifications non enregistrées de {file}, qui serait remplacé : enregistrez-les ou abandonnez-les, ou écrivez dans un autre fichier.</translation>
    </message>
    <message>
      <location filename="../layers/replaced.py" />
      <source>{file} was replaced while the layer “{layer}” was edited: discard these edits, they no longer fit.</source>
      <translation>{file} a été remplacé pendant que la couche « {layer} » était modifiée : abandonnez ces modifications, elles ne correspondent plus.</translation>
    </message>
    <message>
      <location filename="../layers/results.py" />
      <source>{layer} was loaded, but could not be shown as it should be: {error}</source>
      <translation>{layer} a été chargé, mais n'a pas pu être affiché comme prévu : {error}</translation>
    </message>
    <message>
      <location filename="../layers/sources.py" />
      <source>The raster layer cannot be read: is its file, or its service, still there?</source>
      <translation>La couche raster ne peut pas être lue : son fichier, ou son service, est-il encore là ?</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>macOS has one build, which uses Apple's GPUs by itself.</source>
      <translation>macOS n'a qu'une variante, qui utilise d'elle-même les GPU d'Apple.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>No NVIDIA GPU was found.</source>
      <translation>Aucun GPU NVIDIA n'a été trouvé.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>For {names}, driver {driver}.</source>
      <translation>Pour {names}, pilote {driver}.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>No one build serves {names} as well.</source>
      <translation>Aucune variante ne convient aussi à {names}.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>The driver {driver} of {name} is too old: {needed} or later is needed.</source>
      <translation>Le pilote {driver} de {name} est trop ancien : {needed} ou plus récent est nécessaire.</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>{name} is too old for today's torch (compute capability {capability}).</source>
      <translation>{name} est trop ancien pour le torch actuel (compute capability {capability}).</translation>
    </message>
    <message>
      <location filename="../managed/builds.py" />
      <source>{name} is newer than this plugin knows (compute capability {capability}).</source>
      <translation>{name} est plus récent que ce que connaît cette extension (compute capability {capability}).</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>geounet {found} was installed; this plugin needs {needed}.</source>
      <translation>geounet {found} a été installé ; cette extension demande {needed}.</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>Ask for another version in the settings, or update the plugin.</source>
      <translation>Demandez une autre variante dans les paramètres, ou mettez l'extension à jour.</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>it said nothing</source>
      <translation>il n'a rien dit</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>geounet was installed, but does not work: {reason}</source>
      <translation>geounet a été installé, mais ne fonctionne pas : {reason}</translation>
    </message>
    <message>
      <location filename="../managed/check.py" />
      <source>The log says more. Another Python or build of torch may help.</source>
      <translation>Le journal en dit plus. Un autre Python ou une autre variante de torch peut aider.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>The environment's Python is gone.</source>
      <translation>Le Python de l'environnement a disparu.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>The environment has geounet {found}; this plugin needs {needed}.</source>
      <translation>L'environnement a geounet {found} ; cette extension demande {needed}.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>{folder} could not be removed altogether.</source>
      <translation>{folder} n'a pas pu être entièrement supprimé.</translation>
    </message>
    <message>
      <location filename="../managed/environment.py" />
      <source>End the runs of geounet that still use it, and try again.</source>
      <translation>Terminez les exécutions de geounet qui l'utilisent encore, puis réessayez.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The disk is full.</source>
      <translation>Le disque est plein.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Free some space, or choose a folder on another disk: the CPU build takes 3 GB, a CUDA build 10 GB.</source>
      <translation>Libérez de la place, ou choisissez un dossier sur un autre disque : la variante CPU prend 3 Go, une variante CUDA 10 Go.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>A path became too long.</source>
      <translation>Un chemin est devenu trop long.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose a folder with a short path.</source>
      <translation>Choisissez un dossier au chemin court.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Check the proxy in Settings ▸ Options ▸ Network.</source>
      <translation>Vérifiez le proxy dans Préférences ▸ Options ▸ Réseau.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The proxy refuses the user or the password.</source>
      <translation>Le proxy refuse l'utilisateur ou le mot de passe.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>pip cannot use a SOCKS proxy by itself.</source>
      <translation>pip ne sait pas utiliser seul un proxy SOCKS.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The certificate of the package index is not trusted.</source>
      <translation>Le certificat de l'index de paquets n'est pas reconnu.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>If your office inspects connections, its root certificate must be among the system's: ask your IT.</source>
      <translation>Si votre organisation inspecte les connexions, son certificat racine doit être parmi ceux du système : demandez à votre service informatique.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The proxy cannot be reached, or refuses.</source>
      <translation>Le proxy est injoignable, ou refuse.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The package index cannot be reached.</source>
      <translation>L'index de paquets est injoignable.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Check the connection and the proxy in Settings ▸ Options ▸ Network, or install from a folder of wheels.</source>
      <translation>Vérifiez la connexion et le proxy dans Préférences ▸ Options ▸ Réseau, ou installez depuis un dossier de wheels.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The download broke off.</source>
      <translation>Le téléchargement s'est interrompu.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Try again: what was downloaded is kept, and it goes on from there.</source>
      <translation>Réessayez : ce qui a été téléchargé est gardé, et cela reprend de là.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>geounet itself was not found.</source>
      <translation>geounet lui-même n'a pas été trouvé.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The plugin's zip brings it along: install the plugin from that once more. Or put geounet's wheel into the folder of wheels, or name it under Advanced ▸ Requirement.</source>
      <translation>Le zip de l'extension le contient : installez de nouveau l'extension à partir de celui-ci. Ou mettez le wheel de geounet dans le dossier de wheels, ou nommez-le sous Avancé ▸ Exigence.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The packages that geounet needs were not all found.</source>
      <translation>Les paquets dont geounet a besoin n'ont pas tous été trouvés.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Look into the log for their names: the package index, or the folder of wheels, must have all of them.</source>
      <translation>Leurs noms sont dans le journal : l'index de paquets, ou le dossier de wheels, doit les avoir tous.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>A file could not be written.</source>
      <translation>Un fichier n'a pas pu être écrit.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose a folder of your own; a virus scanner may also be holding a file: then try again.</source>
      <translation>Choisissez un dossier à vous ; un antivirus peut aussi retenir un fichier : dans ce cas, réessayez.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The log says more.</source>
      <translation>Le journal en dit plus.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>{path} cannot be written: {error}.</source>
      <translation>{path} ne peut pas être écrit : {error}.</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>The folder</source>
      <translation>Le dossier</translation>
    </message>
    <message>
      <location filename="../managed/failures.py" />
      <source>Choose another folder.</source>
      <translation>Choisissez un autre dossier.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Looking for Python</source>
      <translation>Recherche de Python</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Choosing the build of torch</source>
      <translation>Choix de la variante de torch</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Making the environment</source>
      <translation>Création de l'environnement</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>The environment could not be made</source>
      <translation>L'environnement n'a pas pu être créé</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Checking geounet</source>
      <translation>Vérification de geounet</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Python {version}: {path}</source>
      <translation>Python {version} : {path}</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>No Python fits: uv brings one.</source>
      <translation>Aucun Python ne convient : uv en apporte un.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>No Python 3.11, 3.12 or 3.13 that could be used was found.</source>
      <translation>Aucun Python 3.11, 3.12 ou 3.13 utilisable n'a été trouvé.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Install Python 3.12, or uv, or choose a Python; the log says why those that are there do not do.</source>
      <translation>Installez Python 3.12, ou uv, ou choisissez un Python ; le journal dit pourquoi ceux qui existent ne conviennent pas.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>torch has no builds for Macs with an Intel processor any more, and geounet needs it.</source>
      <translation>torch n'existe plus pour les Mac à processeur Intel, et geounet en a besoin.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Use a Mac with an Apple processor, Windows or Linux.</source>
      <translation>Utilisez un Mac à processeur Apple, Windows ou Linux.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>{folder} is no folder of wheels.</source>
      <translation>{folder} n'est pas un dossier de wheels.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Choose the folder once more, or none to install from the network.</source>
      <translation>Choisissez de nouveau le dossier, ou aucun pour installer depuis le réseau.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>From the folder {folder}.</source>
      <translation>Depuis le dossier {folder}.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>As chosen.</source>
      <translation>Comme choisi.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Only {free} GB are free; {needed} GB may be needed.</source>
      <translation>Seuls {free} Go sont libres ; {needed} Go peuvent être nécessaires.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Fetching the installer</source>
      <translation>Téléchargement de l'installateur</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Installing geounet without torch</source>
      <translation>Installation de geounet sans torch</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>geounet could not be installed</source>
      <translation>geounet n'a pas pu être installé</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Installing geounet and torch</source>
      <translation>Installation de geounet et de torch</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Without uv the build of torch cannot be chosen.</source>
      <translation>Sans uv, la variante de torch ne peut pas être choisie.</translation>
    </message>
    <message>
      <location filename="../managed/install.py" />
      <source>Install uv, and try again.</source>
      <translation>Installez uv, puis réessayez.</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it did not answer within {seconds} seconds</source>
      <translation>il n'a pas répondu en {seconds} secondes</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it cannot be started: {error}</source>
      <translation>il ne peut pas être démarré : {error}</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it does not work: {error}</source>
      <translation>il ne fonctionne pas : {error}</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is Python {version}; 3.11, 3.12 or 3.13 is needed</source>
      <translation>c'est Python {version} ; il faut 3.11, 3.12 ou 3.13</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is a 32-bit Python</source>
      <translation>c'est un Python 32 bits</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is not the usual CPython</source>
      <translation>ce n'est pas le CPython habituel</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it is made for Intel processors, for which torch has no builds any more</source>
      <translation>il est fait pour les processeurs Intel, pour lesquels torch n'existe plus</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>its ssl or ctypes module cannot be loaded</source>
      <translation>son module ssl ou ctypes ne peut pas être chargé</translation>
    </message>
    <message>
      <location filename="../managed/interpreter.py" />
      <source>it has no venv and ensurepip (on Debian and Ubuntu: install python3-venv)</source>
      <translation>il n'a ni venv ni ensurepip (sous Debian et Ubuntu : installez python3-venv)</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>the environment variable GEOUNET_PYTHON</source>
      <translation>la variable d'environnement GEOUNET_PYTHON</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>the Python in geounet's settings</source>
      <translation>le Python des paramètres de geounet</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>geounet is not set up yet.</source>
      <translation>geounet n'est pas encore installé.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Set it up in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Installez-le dans Extensions ▸ geounet ▸ Paramètres et environnement…</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Press Install.</source>
      <translation>Appuyez sur Installer.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Repair it in Plugins ▸ geounet ▸ Settings and environment…</source>
      <translation>Réparez-le dans Extensions ▸ geounet ▸ Paramètres et environnement…</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>Press Repair.</source>
      <translation>Appuyez sur Réparer.</translation>
    </message>
    <message>
      <location filename="../managed/locate.py" />
      <source>{python}, {whence}, is no program. Name the python of an environment with geounet.</source>
      <translation>{python}, {whence}, n'est pas un programme. Indiquez le Python d'un environnement doté de geounet.</translation>
    </message>
    <message>
      <location filename="../managed/lock.py" />
      <source>Another QGIS is setting up the environment in {folder}.</source>
      <translation>Un autre QGIS installe l'environnement dans {folder}.</translation>
    </message>
    <message>
      <location filename="../managed/lock.py" />
      <source>Wait until it is done, or cancel it there.</source>
      <translation>Attendez qu'il ait fini, ou annulez là-bas.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>torch {version} comes from pip's folder of wheels.</source>
      <translation>torch {version} vient du dossier de wheels de pip.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>The package index's own build of torch comes, which is for the CPU here.</source>
      <translation>La variante de torch de l'index de paquets est prise ; ici, elle est pour le processeur.</translation>
    </message>
    <message>
      <location filename="../managed/otherwise.py" />
      <source>Or choose the package index's own build under Build: on Linux it comes with CUDA (about 7 GB), elsewhere it is for the CPU.</source>
      <translation>Ou choisissez, sous Variante, celle de l'index de paquets : sous Linux elle vient avec CUDA (environ 7 Go), ailleurs elle est pour le processeur.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>{text} is not a requirement.</source>
      <translation>{text} n'est pas une exigence valable.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>Name a version, such as geounet==0.1.0, or the path of a wheel or of a checkout.</source>
      <translation>Indiquez une version, comme geounet==0.1.0, ou le chemin d'un wheel ou d'une copie des sources.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>{path} is not there.</source>
      <translation>{path} n'existe pas.</translation>
    </message>
    <message>
      <location filename="../managed/plan.py" />
      <source>Choose the wheel once more.</source>
      <translation>Choisissez de nouveau le wheel.</translation>
    </message>
    <message>
      <location filename="../managed/pythons.py" />
      <source>{python} cannot be used: {reason}.</source>
      <translation>{python} ne peut pas être utilisé : {reason}.</translation>
    </message>
    <message>
      <location filename="../managed/pythons.py" />
      <source>Choose a Python 3.11, 3.12 or 3.13, or leave the choice to the plugin.</source>
      <translation>Choisissez un Python 3.11, 3.12 ou 3.13, ou laissez le choix à l'extension.</translation>
    </message>
    <message>
      <location filename="../managed/report.py" />
      <source>The installation was cancelled.</source>
      <translation>L'installation a été annulée.</translation>
    </message>
    <message>
      <location filename="../managed/tool.py" />
      <source>{program} cannot be started: {error}.</source>
      <translation>{program} ne peut pas être démarré : {error}.</translation>
    </message>
    <message>
      <location filename="../managed/with_pip.py" />
      <source>pip stays as it is: a download that breaks off begins anew.</source>
      <translation>pip reste tel quel : un téléchargement interrompu recommence du début.</translation>
    </message>
    <message>
      <location filename="../models.py" />
      <source>{file} is missing</source>
      <translation>{file} manque</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>A run of geounet has not ended yet: its algorithms stay until QGIS is started again.</source>
      <translation>Une exécution de geounet n'est pas encore terminée : ses algorithmes restent jusqu'au redémarrage de QGIS.</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Extract features…</source>
      <translation>Extraire les objets…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Extract from many scenes…</source>
      <translation>Extraire les objets de nombreuses scènes…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Predict…</source>
      <translation>Prédire…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Vectorise…</source>
      <translation>Vectoriser…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Evaluate…</source>
      <translation>Évaluer…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Train…</source>
      <translation>Entraîner…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Copy last run as command line</source>
      <translation>Copier la dernière exécution comme ligne de commande</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Models folder</source>
      <translation>Dossier des modèles</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Settings and environment…</source>
      <translation>Paramètres et environnement…</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Help</source>
      <translation>Aide</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>Nothing has been run yet since QGIS was started.</source>
      <translation>Rien n'a encore été exécuté depuis le démarrage de QGIS.</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>The folder {} cannot be made: {}</source>
      <translation>Le dossier {} ne peut pas être créé : {}</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>The algorithm {} is not there: is the Processing plugin on?</source>
      <translation>L'algorithme {} n'est pas là : l'extension Processing (Traitement) est-elle activée ?</translation>
    </message>
    <message>
      <location filename="../plugin.py" />
      <source>geounet is ready.</source>
      <translation>geounet est prêt.</translation>
    </message>
    <message>
      <location filename="../provider.py" />
      <source>geounet: map features from imagery</source>
      <translation>geounet : des objets de carte à partir d'images</translation>
    </message>
  </context>
</TS>
